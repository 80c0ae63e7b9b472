"""The rules of the field once more, plain and slow, with the standard library only.

Nothing here is shared with the models: tests run both over the same rows and compare the answers.
Where a sentence of the rules can be turned into one loop, it is one loop.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

LEVELS = ("entry", "mid", "senior", "lead", "director", "vp", "executive")
# A url that one load gives to so many titles is a page and no posting.
PAGE_TITLES = 3
TEXT_FIELDS = ("title", "company", "location", "description", "source", "url", "posted_date")
EARLIEST_DATE = date(2000, 1, 1)
DATE_SHAPE = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ] *[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)? *(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
SCHEME_AND_WWW = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:www\.)?")
# A key that is used again more than so many days after the last time is another posting's.
WINDOW = timedelta(days=60)
PART_END = re.compile(r"[,;:|()\[\]•·–—]|(?<=\s)[-‐]+(?=\s)")


# --- which rows can be used ---------------------------------------------------------------------------------------


def _stripped(row):
    """Return the row with its text fields stripped, an empty one missing."""
    return {**row, **{field: (row.get(field) or "").strip() or None for field in TEXT_FIELDS}}


def _seen_at(row):
    """Return when the posting was seen: scraped, else loaded."""
    return row.get("scraped_at") or row["loaded_at"]


def _given_date(text):
    """Return the day that a date text names, None for an unreadable one."""
    match = DATE_SHAPE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(*(int(number) for number in match.groups()))
    except ValueError:
        return None


def _date_of(row):
    """Return the day of an accepted, stripped row."""
    return (row["posted_date"] and _given_date(row["posted_date"])) or _seen_at(row).date()


def accept(row):
    """Return None for a usable raw row, else the first reason against it."""
    row = _stripped(row)
    if row["title"] is None or not any(character.isalnum() for character in row["title"]):
        return "missing_title"
    if row["description"] is None and row["url"] is None:
        return "no_text_and_no_url"
    if row["posted_date"] is not None:
        day = _given_date(row["posted_date"])
        if day and (day < EARLIEST_DATE or day > row["loaded_at"].date() + timedelta(days=1)):
            return "implausible_date"
    return None


# --- which posting an observation belongs to ----------------------------------------------------------------------


def _is_tracking(parameter, tracking_parameters):
    """Tell whether one `name=value` of a query is there for tracking only."""
    name, equals, _ = parameter.partition("=")
    if not equals:
        return False
    for tracked in tracking_parameters:
        if tracked.endswith("*"):
            if name.startswith(tracked[:-1]):
                return True
        elif name == tracked:
            return True
    return False


def url_key(url, tracking_parameters):
    """Return what two addresses of one page have in common, None without an address."""
    if url is None:
        return None
    url = url.partition("#")[0]
    host, slash, path = SCHEME_AND_WWW.sub("", url).partition("/")
    url = host.lower() + slash + path
    page, _, query = url.partition("?")
    query = "&".join(piece for piece in query.split("&") if not _is_tracking(piece, tracking_parameters))
    key = f"{page}?{query}" if query else page
    return key.removesuffix("/") or None


def normalised(text):
    """Return a key's form of a text: lower case, any run of whitespace one blank; missing stays missing."""
    return None if text is None else re.sub(r"\s+", " ", text.lower()).strip()


def _none_last(*values):
    """Return a sort key in which a missing value stands behind every other."""
    return tuple((value is None, value) for value in values)


def _first_order(row):
    """Sort key of the order in which the first row speaks for its group."""
    return _none_last(
        _date_of(row), _seen_at(row), row["source"], row["url"], row.get("source_file"), row.get("source_row")
    )


def _latest_order(row):
    """Sort key of the order in which the last row has the newest text."""
    return _none_last(_seen_at(row), _date_of(row), row.get("source_file"), row.get("source_row"))


def _url_groups(rows, tracking_parameters):
    """Return lists of rows: one list an address, sorted, the first row in front."""
    titles_in_load = defaultdict(set)
    for row in rows:
        key = url_key(row["url"], tracking_parameters)
        titles_in_load[key, row.get("source_file"), row["loaded_at"]].add(normalised(row["title"]))
    shared_keys = {key for (key, _, _), titles in titles_in_load.items() if len(titles) >= PAGE_TITLES}

    groups = defaultdict(list)
    for number, row in enumerate(rows):
        key = url_key(row["url"], tracking_parameters)
        if key is None:
            groups["no url", number].append(row)
        elif key in shared_keys:
            groups["url and title", key, normalised(row["title"])].append(row)
        else:
            groups["url", key].append(row)
    return [sorted(group, key=_first_order) for group in groups.values()]


def _postings_as_url_groups(rows, tracking_parameters, places):
    """Return one list of url groups a posting, sorted, the canonical row's group in front.

    That texts which differ part groups of one key is not said here: no two demo postings of one key have such.
    """
    by_key = defaultdict(list)
    for number, group in enumerate(_url_groups(rows, tracking_parameters)):
        first = group[0]
        if first["company"] is None:
            by_key["never merged", number].append(group)
        else:
            place = places.get(first["location"], normalised(first["location"]))
            by_key[normalised(first["title"]), normalised(first["company"]), place].append(group)
    found = []
    for groups in by_key.values():
        last = None
        for group in sorted(groups, key=lambda group: _first_order(group[0])):
            if last is None or _date_of(group[0]) - last > WINDOW:
                found.append([])
            found[-1].append(group)
            last = max([_date_of(row) for row in group] + [last] * (last is not None))
    return found


def postings(rows, skills_of, level_of, keywords, tracking_parameters, places):
    """Return one dict a unique posting of the usable raw rows, in the order of their canonical rows.

    ``skills_of`` gives the sorted skills of a text; how it finds them, test_text_skills says a second time.
    ``level_of`` gives the level of a title (``seniority_of``), ``places`` what the spellings of one place share.
    """
    usable = [_stripped(row) for row in rows if accept(row) is None]
    found = _postings_as_url_groups(usable, tracking_parameters, places)
    answer = []
    for groups in sorted(found, key=lambda groups: _first_order(groups[0][0])):
        canonical = groups[0][0]
        observations = []
        for group in groups:
            for row in group:
                if row is canonical:
                    rule = "canonical"
                elif group is groups[0]:
                    rule = "reobserved"
                else:
                    rule = "same_key"
                observations.append(((row.get("source_file"), row.get("source_row")), rule))
        described = [row for row in groups[0] if row["description"] is not None]
        text = max(described, key=_latest_order)["description"] if described else None
        skills = skills_of(text) if text else []
        is_ai_title = has_ai_title(canonical["title"], keywords)
        answer.append(
            {
                "canonical": (canonical.get("source_file"), canonical.get("source_row")),
                "title": canonical["title"],
                "company": canonical["company"],
                "location": canonical["location"],
                "source": canonical["source"],
                "url": canonical["url"],
                "posted_date": _date_of(canonical),
                "week_start": week_of(_date_of(canonical)),
                "skills": skills,
                "seniority_level": level_of(canonical["title"]),
                "has_ai_title": is_ai_title,
                "score": score_of(len(skills), is_ai_title),
                "observation_count": len(observations),
                "observations": observations,
            }
        )
    return answer


# --- seniority and score, from the title --------------------------------------------------------------------------


def _is_inside(span, others):
    """Tell whether a span lies wholly inside one of the others."""
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _folded(text):
    """Return a text in lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text or "")
    return "".join(letter for letter in decomposed if not unicodedata.category(letter).startswith("M")).lower()


def _words(text):
    """Return the words of a folded text: its runs of letters and digits."""
    return "".join(letter if letter.isalnum() else " " for letter in text).split()


def title_parts(title):
    """Return the parts of a title, each a list of words."""
    return [_words(part) for part in PART_END.split(_folded(title))]


def _places(phrase, words):
    """Return the (first, behind last) word numbers at which a phrase stands in a part."""
    wanted = _words(_folded(phrase))
    if not wanted:
        return []
    size = len(wanted)
    return [(at, at + size) for at in range(len(words) - size + 1) if words[at : at + size] == wanted]


def _without_ranges(title, variables):
    """Return a folded title in which words for beginners beside higher ones are left out."""
    low, high, joiners = (
        "|".join(re.escape(word).replace(r"\ ", r"\W+") for word in variables[f"title_range_{name}"] if word != "|")
        for name in ("low_words", "high_words", "joiners")
    )
    between = rf"\W+(?:(?:{joiners})\W+)*"
    title = re.sub(rf"\b(?:{low}){between}(?=(?:{high})\b)", " ", title)
    return re.sub(rf"\b({high}){between}(?:{low})\b", r"\1 ", title)


def _without_aides(words, variables):
    """Return the words of a part without an aide and the chief beside."""
    aides, between, chiefs = (
        "|".join(variables[f"title_words_{name}"]) for name in ("of_aides", "between_aides_and_chiefs", "of_chiefs")
    )
    part = re.sub(rf"\b(?:{aides})(?: (?:{between}))* (?:{chiefs})(?: (?:{between}|{chiefs}))*\b", "", " ".join(words))
    return re.sub(rf"\b(?:{chiefs})(?: s)? (?:{aides})\b", "", part).split()


def _is_alone(words, place, variables):
    """Tell whether the words of a part beside a place are of those that stand beside a chief."""
    beside, employers = ("|".join(variables[f"title_words_{name}"]) for name in ("beside_chiefs", "before_employers"))
    beside += "|" + "|".join(variables["employer_country_words"])
    after = "".join(f" {word}" for word in words[place[1] :])
    return _are_beside(words[: place[0]], variables) and bool(
        re.match(rf"(?: (?:{beside})(?= |$))*(?:$| (?:{employers})(?: |$))", after)
    )


def _are_beside(words, variables):
    """Tell whether words are nothing but those that stand beside a chief."""
    beside = "|".join(variables["title_words_beside_chiefs"])
    return bool(re.fullmatch(rf"(?:(?:{beside}) )*", "".join(f"{word} " for word in words)))


def seniority_of(title, rules, variables):
    """Return the level of the phrase with the highest precedence in a title, mid without one.

    A match wholly inside a longer one does not count (a vice president is no president), nor one that is no rank, nor
    what follows "assistant to".
    """
    candidates = []
    is_over = False
    for words in title_parts(_without_ranges(_folded(title), variables)):
        matches = []
        words = _without_aides(words, variables)
        starts = [at for phrase, *_, position in rules if position == "rest" for at, _ in _places(phrase, words)]
        words = [] if is_over else words[: min(starts, default=len(words))]
        is_over = is_over or bool(starts)
        for phrase, level, precedence, position in rules:
            if position == "word_end":
                places = [(at, at + 1) for at, word in enumerate(words) if word[1:].endswith(phrase)]
            elif position == "word_start":
                places = [(at, at + 1) for at, word in enumerate(words) if word[:-1].startswith(phrase)]
            elif position == "inside":
                places = [(at, at + 1) for at, word in enumerate(words) if phrase in word]
            elif position == "alone":
                places = [place for place in _places(phrase, words) if _is_alone(words, place, variables)]
            elif position == "begin":
                places = [place for place in _places(phrase, words) if _are_beside(words[: place[0]], variables)]
            elif position == "before_officer":
                officers = [
                    at
                    for at, (word, after) in enumerate(zip(words, [*words, ""][1:], strict=True))
                    if word in variables["title_words_of_officers"] and after != "s"
                ]
                places = [place for place in _places(phrase, words) if officers and place[1] <= officers[-1]]
            else:
                places = [place for place in _places(phrase, words) if position == "anywhere" or place[1] == len(words)]
            matches += [(place, phrase, int(precedence), level) for place in places]
        for place, phrase, rank, level in matches:
            silencing = [other for other, longer, *_ in matches if longer != phrase and phrase in longer]
            if level and not _is_inside(place, silencing):
                candidates.append((rank, level))
    return max(candidates)[1] if candidates else "mid"


def has_ai_title(title, keywords):
    """Tell whether a title holds one of the keywords as whole words inside one part."""
    return any(_places(keyword, words) for words in title_parts(title) for keyword in keywords)


def score_of(skill_count, is_ai_title):
    """Return the relevance score, from 0.00 to 1.00."""
    share = min(Decimal(skill_count) / 5, Decimal(1))
    return (share * Decimal("0.6") + (Decimal("0.4") if is_ai_title else Decimal(0))).quantize(Decimal("0.01"))


# --- weeks --------------------------------------------------------------------------------------------------------


def week_of(day):
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _weeks(postings):
    """Return every Monday from the first posting's week to the last one's."""
    if not postings:
        return []
    week = week_of(min(posting["posted_date"] for posting in postings))
    last = week_of(max(posting["posted_date"] for posting in postings))
    weeks = []
    while week <= last:
        weeks.append(week)
        week += timedelta(days=7)
    return weeks


def _of_week(postings, week):
    """Return the postings of one week."""
    return [posting for posting in postings if week_of(posting["posted_date"]) == week]


def weekly_volume(postings):
    """Return one dict a week: week_start, job_count, is_complete_week."""
    days = [posting["posted_date"] for posting in postings]
    return [
        {
            "week_start": week,
            "job_count": len(_of_week(postings, week)),
            "is_complete_week": min(days) <= week and week + timedelta(days=6) <= max(days),
        }
        for week in _weeks(postings)
    ]


def weekly_top_skills(postings, parents, top=10):
    """Return one dict a week and leading skill: week_start, skill, count, rank; a short form counts as its parent."""
    answer = []
    for week in _weeks(postings):
        counts = Counter(
            skill
            for posting in _of_week(postings, week)
            for skill in {parents.get(skill, skill) for skill in posting["skills"]}
        )
        leading = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:top]
        for rank, (skill, count) in enumerate(leading, start=1):
            answer.append({"week_start": week, "skill": skill, "count": count, "rank": rank})
    return answer


def weekly_seniority(postings):
    """Return one dict a week and level, also where nobody is sought: week_start, seniority_level, count."""
    answer = []
    for week in _weeks(postings):
        counts = Counter(posting["seniority_level"] for posting in _of_week(postings, week))
        answer += [{"week_start": week, "seniority_level": level, "count": counts[level]} for level in LEVELS]
    return answer


# --- which adverts are one opening --------------------------------------------------------------------------------

# Of two texts' words, this part is shared where they are one opening: of two addresses at one board, of boards within
# a month in one city, of others. A board may cut a text: then the longer one has nearly all words of the shorter one.
# At one board it has all but a few, and few more.
SAME_BOARD, SAME_CITY, ELSEWHERE = 0.93, 0.5, 0.8
CUT, CUT_AT_MOST = 0.97, 0.5
# In one city within a month a teaser may be less of it; it goes with the text that is likest.
TEASER = 0.1
CUT_AT_ONE_BOARD = 0.99
# At another board what is cut may have so many words of its own ("read more").
OF_THE_BOARD = 3
SAME_CITY_WINDOW = timedelta(days=30)
BOARD_IDS = (
    ("linkedin", re.compile(r"linkedin\.[a-z.]+/jobs/view/(?:[^/?#]*?)([0-9]{5,})[^0-9/?#]*(?:[/?#]|$)")),
    ("indeed", re.compile(r"indeed\.[a-z.]+/[^#]*[?&]v?jk=([^&#]+)")),
    ("greenhouse", re.compile(r"greenhouse\.io/[^?#]*jobs/([0-9]+)|[?&]gh_jid=([0-9]+)")),
)


def address_of(url, tracking_parameters):
    """Return the board and its own id of the posting where the url has one, else what addresses of one page share."""
    for board, form in BOARD_IDS:
        found = form.search(url)
        if found:
            return board, next(group for group in found.groups() if group)
    return url_key(url, tracking_parameters)


def _word_set(text):
    return frozenset("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())


class Advert:
    """What stands at one address: its rows in the order in which they were seen, its days, its first text."""

    def __init__(self, rows, places):
        """Of stripped rows; ``places`` gives what the spellings of a place share, its city and its country."""
        self.rows = sorted(rows, key=_first_order)
        first = self.rows[0]
        self.first_day = _date_of(first)
        self.last_day = max(_date_of(row) for row in rows)
        self.source = first["source"]
        self.text = next((row["description"] for row in self.rows if row["description"]), None)
        self.place, self.city, self.country = places[first["location"]]
        self.role = None
        if first["company"]:
            self.role = (normalised(first["title"]), normalised(first["company"]))
        self.key = self.role and (*self.role, self.place)


def _part_shared(one, other):
    """Return which part of all words two texts share, which part of the shorter one's, and how many it has alone."""
    one, other = _word_set(one), _word_set(other)
    shared = len(one & other)
    return shared / len(one | other), shared / min(len(one), len(other)), min(len(one), len(other)) - shared


def _likeness(copies, others):
    """Return how alike two texts are that several adverts bear, None where they are two openings."""
    one, other = copies[0], others[0]
    if one.city and other.city and one.city != other.city:
        return None
    if one.country and other.country and one.country != other.country:
        return None
    similarity, contained, lacking = _part_shared(one.text, other.text)
    ends = [(group[0].first_day, max(advert.last_day for advert in group)) for group in (copies, others)]
    is_near = all(first - SAME_CITY_WINDOW <= last for (first, _), (_, last) in (ends, ends[::-1]))
    if one.source == other.source:
        needed = SAME_BOARD
    else:
        needed = SAME_CITY if one.city and other.city and is_near else ELSEWHERE
    if one.source == other.source:
        is_cut = contained >= CUT_AT_ONE_BOARD and similarity >= ELSEWHERE
    else:
        is_cut = contained >= CUT or (needed == SAME_CITY and lacking <= OF_THE_BOARD)
        is_cut = is_cut and similarity >= (TEASER if needed == SAME_CITY else CUT_AT_MOST)
    return similarity if similarity >= needed or is_cut else None


def _alike(texts):
    """Return how alike texts are, by the pairs of their numbers that are, and what a teaser is cut from.

    The texts are lists of adverts of one role, in order.
    """
    likeness = {
        (i, j): _likeness(texts[i], texts[j])
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
        if texts[i][0].role and texts[i][0].role == texts[j][0].role
    }
    likeness = {pair: similarity for pair, similarity in likeness.items() if similarity is not None}
    pairs = set()
    teased = {}
    for pair, similarity in likeness.items():
        cities = [texts[number][0].city is not None for number in pair]
        if cities[0] == cities[1]:
            if similarity >= CUT_AT_MOST:
                pairs.add(pair)
            else:
                teaser = min(pair, key=lambda number: len(_word_set(texts[number][0].text)))
                teased[teaser] = min(teased.get(teaser, (0,)), (-similarity, sum(pair) - teaser, pair))
            continue
        # One that names no city goes with the likest that does, and only with that one.
        bare = pair[cities.index(False)]
        placed = [
            (-similarity, sum(other) - bare)
            for other, similarity in likeness.items()
            if bare in other and texts[sum(other) - bare][0].city is not None
        ]
        if min(placed)[1] == sum(pair) - bare:
            pairs.add(pair)
    wholes = {teaser: whole for teaser, (_, whole, _) in teased.items()}
    return {pair: likeness[pair] for pair in pairs | {pair for *_, pair in teased.values()}}, wholes


def _runs(adverts):
    """Return adverts in order, parted where one was first seen later than the window after all before it."""
    runs = []
    last = None
    for advert in adverts:
        if last is None or advert.first_day - last > WINDOW:
            runs.append([])
        runs[-1].append(advert)
        last = max(advert.last_day, last or advert.last_day)
    return runs


def _with_texts(adverts):
    """Return lists of adverts that are one opening, of those that have a text; each list and all lists in order."""
    texts = {}
    for number, advert in enumerate(adverts):
        texts.setdefault((advert.key or number, advert.text), []).append(advert)
    texts = list(texts.values())
    likeness, wholes = _alike(texts)
    # One that has an earlier one's very words in its city is like what that one is like.
    words = [copies[0].city and (copies[0].city, _word_set(copies[0].text)) for copies in texts]
    twins = {}
    for earlier, later in sorted(likeness):
        if words[later] and words[earlier] == words[later]:
            twins.setdefault(later, earlier)
    # A teaser goes where its whole goes; those of two openings may be alike.
    cuts = {teaser: twins.get(whole, whole) for teaser, whole in wholes.items()}
    cuts = {teaser: whole for teaser, whole in cuts.items() if whole not in wholes}
    cuts |= {later: cuts[earlier] for later, earlier in twins.items() if earlier in cuts and later not in cuts}
    stand_ins = twins | cuts
    pairs = {}
    for pair, similarity in likeness.items():
        if all(number in cuts for number in pair):
            continue
        pair = tuple(sorted(stand_ins.get(number, number) for number in pair))
        pairs[pair] = pairs[pair[::-1]] = max(similarity, pairs.get(pair, 0))
    # The first of those that are alike leads; one that is like a leader is led by the likest such.
    leaders = []
    for number in range(len(texts)):
        if not any((leader, number) in pairs for leader in leaders):
            leaders.append(number)
    leader_of = {
        number: number if number in leaders else max(leaders, key=lambda leader: pairs.get((leader, number), 0))
        for number in range(len(texts))
    }
    led = defaultdict(list)
    for number, copies in enumerate(texts):
        led[leader_of[stand_ins.get(number, number)]] += copies
    return [run for copies in led.values() for run in _runs([advert for advert in adverts if advert in copies])]


def _nearest(advert, copies, order):
    """Return the copy with a text that is nearest in time, None where all are further off than the window."""
    before = [copy for copy in copies if order[copy] < order[advert]]
    after = [copy for copy in copies if order[copy] > order[advert]]
    gaps = [(advert.first_day - copy.last_day, 0, -order[copy], copy) for copy in before]
    gaps += [(copy.first_day - advert.last_day, 1, order[copy], copy) for copy in after]
    gaps = [gap for gap in gaps if gap[0] <= WINDOW]
    return min(gaps, key=lambda gap: gap[:3])[3] if gaps else None


def openings(rows, tracking_parameters, places):
    """Return lists of (row, rule), one list an opening; the rows are usable and of one world of employers.

    Titles, texts and places say no level, number or other place, and adverts of two titles have nothing in common.
    """
    by_address = defaultdict(list)
    for number, row in enumerate(map(_stripped, rows)):
        by_address[number if row["url"] is None else address_of(row["url"], tracking_parameters)].append(row)
    adverts = sorted((Advert(group, places) for group in by_address.values()), key=lambda a: _first_order(a.rows[0]))
    order = {advert: number for number, advert in enumerate(adverts)}
    found = _with_texts([advert for advert in adverts if advert.text])
    opening_of = {advert: number for number, opening in enumerate(found) for advert in opening}

    # Without a text, title, employer, place and time decide.
    by_key = defaultdict(list)
    for number, advert in enumerate(adverts):
        by_key[advert.key or number].append(advert)
    for copies in by_key.values():
        texted = [advert for advert in copies if advert.text]
        for run in _runs([advert for advert in copies if not advert.text]):
            near = [_nearest(advert, texted, order) for advert in run]
            for number, advert in enumerate(run):
                known = [copy for copy in near[number::-1] + near[number:] if copy is not None]
                if known:
                    found[opening_of[known[0]]].append(advert)
                    opening_of[advert] = opening_of[known[0]]
                else:
                    found.append([])
                    opening_of |= dict.fromkeys(run, len(found) - 1)
                    found[-1] += run
                    break

    answer = []
    for opening in found:
        first = min(opening, key=order.get)
        earlier = [copy.last_day for copy in by_key.get(first.key, ()) if order[copy] < order[first]]
        is_repost = bool(earlier) and first.first_day - max(earlier) > WINDOW
        answer.append([])
        for advert in opening:
            for number, row in enumerate(advert.rows):
                if advert is not first:
                    rule = "same_key" if advert.key == first.key else "cross_source"
                elif number:
                    rule = "reobserved"
                else:
                    rule = "repost" if is_repost else "canonical"
                answer[-1].append((row, rule))
    return answer
