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


def _is_alone(words, place, variables):
    """Tell whether the words of a part beside a place are of those that stand beside a chief."""
    beside = set(variables["title_words_beside_chiefs"])
    after = [word not in beside for word in words[place[1] :]]
    end = place[1] + (after.index(True) if True in after else len(after))
    return set(words[: place[0]]) <= beside and (
        end == len(words) or words[end] in variables["title_words_before_employers"]
    )


def seniority_of(title, rules, variables):
    """Return the level of the phrase with the highest precedence in a title, mid without one.

    A match wholly inside a longer one does not count (a vice president is no president), nor one that is no rank, nor
    what follows "assistant to".
    """
    candidates = []
    is_over = False
    for words in title_parts(_without_ranges(_folded(title), variables)):
        matches = []
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
