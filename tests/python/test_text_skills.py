import re
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from talent_demand.skills import cleaning
from talent_demand.skills.evidence import SNIPPET_BYTES, extract_all
from talent_demand.skills.lexicon import compile_lexicon
from talent_demand.skills.matching import is_part_of_word
from talent_demand.skills.model import read_texts, seed_lexicon
from talent_demand.skills.spelling import expand

SAMPLE = (
    "deep learning engineer with experience in PyTorch, Transformers, and MLOps. "
    "Strong Python skills and familiar with AWS infrastructure."
)
SPELLINGS = [
    ("python", "python", False),
    ("big data", "big data", False),
    ("data pipelines", "data pipelines", False),
    ("r", "r", False),
    ("r&d", None, False),
    ("r$", None, False),
    ("ux/ui", "ux/ui", False),
    ("BI", "business intelligence", True),
    ("power bi", None, False),
    ("go-to-market", "go-to-market", False),
    ("análise de dados", "data analysis", False),
    ("machine learning algorithms", "machine learning algorithms", False),
    ("etl", "etl", False),
    ("statistic", "statistics", False),
    ("statistics", "statistics", False),
    ("statistical", "statistics", False),
    ("ágil", "agile", False),
    ("данные", "data analysis", False),
    ("id: r", None, False),
    (".net core", "dotnet", False),
    ("c++", "c++", False),
    ("GCP", "gcp", True, "cloud", 30),
    ("etl", "etl", False, "cloud"),
    ("{build} {0-2 nice} data~set{|s}", "data sets", False),
    ("build a data set", "data sets", False),
    ("x данные", "data x", False),
    ("you need no ...", None, False),
    ("... is not needed", None, False),
]
CUES = [("big data", "data"), ("we {0-1 nice} big data", "gap")]
WORDS = [
    ("build", "{build|builds|building|make}"),
    ("nice", "nice"),
    ("nice", "{big|a|für}"),
    ("cloud", "{terraform|aws|data pipelines}"),
]


def lexicon():
    return compile_lexicon(SPELLINGS, CUES, WORDS)


def slow_cleaned(text):
    """The text as the extraction reads it, by regular expressions."""
    text = cleaning.plain_text(text)
    text = unicodedata.normalize("NFC", text) if re.search("[\u0300-\u036f]", text) else text
    text = re.sub("[\u2010-\u2015]", "-", text).replace("\u2019", "'")
    text = re.sub("[\uff01-\uff5e]|[\U0001d400-\U0001d7ff]", lambda one: unicodedata.normalize("NFKC", one[0]), text)
    text = re.sub("[\u00ad\u200b-\u200d\u2060\ufeff]", "", text)
    text = re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", text)
    return re.sub("[\x00-\x20\u00a0\u2000-\u200a\u202f\u3000]+", " ", text)


def slow_places(text, literal, is_case_sensitive):
    """Start and end of each place where a literal stands as whole words."""
    body = "".join("[ \\-/_]" if c in " -/" else re.escape(c) for c in literal)
    glued = re.compile(r"(?:(?<=[a-z]{3})|(?<=[A-Z]{3}))[A-Z][a-z]{3}")
    for match in re.finditer(f"(?=({body}))" if is_case_sensitive else f"(?i:(?=({body})))", text):
        start, end = match.span(1)
        own, before, after = text[start:end], text[:start], text[end:]
        is_long = len(own.encode()) >= 3
        continues_before = own[0].isalnum() and before and is_part_of_word(own[0], before[-1])
        continues_behind = own[-1].isalnum() and after and is_part_of_word(own[-1], after[0])
        if continues_before and not (is_long and glued.match(text, start)):
            continue
        # Of two to five words only one stands glued to another.
        if continues_before and continues_behind and 2 <= len(re.findall("[A-Za-z0-9]+", own)) <= 5:
            continue
        if continues_behind and not (is_long and glued.match(text, end)):
            continue
        if re.match(r"[A-Za-z0-9](?![A-Za-z0-9_])", own + after) and re.search(r"[A-Za-z0-9][&+.'@#$-]\Z", before):
            continue
        if re.search(r"(?<![A-Za-z0-9_])[A-Za-z0-9]\Z", before + own) and re.match(
            r"[&+.'@#$][A-Za-z0-9]|[-/_][0-9]|\$", after
        ):
            continue
        yield start, end


def slow_gap(text, end, tails, least, most, keys):
    """End of the longest tail that stands at least and at most so many words of a class behind the end of a head."""
    for gap in range(most + 1):
        between = re.compile(r"[^A-Za-z0-9]*").match(text, end)
        if len(between[0].encode()) > 7 or re.search("[.;:!?*]", between[0]):
            return None
        found = [after for start, after in tails if start == between.end()]
        if found and gap >= least:
            return max(found)
        word = re.compile("[A-Za-z0-9]+").match(text, between.end())
        if not word or (word[0][:8].lower(), len(word[0])) not in keys:
            return None
        end = word.end()
    return None


def slow_addresses(text):
    """Start and end of web and mail addresses: what stands without a blank around their marks."""
    inside = r"[^\s()<>\[\]{}\"',;|]"
    for mark in re.finditer(r"@(?=[A-Za-z0-9])|://|(?<=[A-Za-z0-9])\.(?=(?:com|org|io|ai)(?![A-Za-z0-9_]))", text):
        yield (
            re.search(inside + r"*\Z", text[: mark.start()]).start(),
            mark.start() + re.match(inside + "*", text[mark.start() :]).end(),
        )


def slow_matches(text, spellings=SPELLINGS, cues=CUES, words=WORDS):
    """What each idea names, start and end of every match by regular expressions: slow and plain."""
    classes = {}
    for name, word in words:
        classes.setdefault(name, []).append(word)

    def places(pattern, is_exact=False):
        return [place for literal in expand(pattern, classes) for place in slow_places(text, literal, is_exact)]

    rows = [(*row, *[None] * (5 - len(row))) for row in spellings]
    rows += [(phrase, ("cue", cue), False, None, None) for phrase, cue in cues]
    found, decoys = [], []
    for spelling, name, is_exact, needs, within in rows:
        head, *gap = re.split(r"\{(\d)-(\d) (\w+)\}", spelling.strip(". ") if "..." in spelling else spelling)
        here = places(head, is_exact)
        if gap:
            least, most, middle, tail = int(gap[0]), int(gap[1]), gap[2], gap[3]
            ascii_words = [
                word
                for one in classes[middle]
                for literal in expand(one, classes)
                for word in re.findall("[A-Za-z0-9]+", literal)
            ]
            keys = {(word[:8].lower(), len(word)) for word in ascii_words}
            tails = places(tail, is_exact)
            here = [(start, slow_gap(text, end, tails, least, most, keys)) for start, end in here]
            here = [(start, end) for start, end in here if end]
        if name:
            found += [(name, start, end, needs, within) for start, end in here]
            continue
        for start, end in here:
            if spelling.endswith("..."):
                end += len(re.match(r"[^.;!?*]{0,80}", text[end:])[0])
            if spelling.startswith("..."):
                start -= len(re.match(r"[^.;!?*]{0,80}", text[:start][::-1])[0])
            decoys.append((start - bool(gap), end))
    addresses = list(slow_addresses(text))

    def is_inside(start, end, spans):
        return any(first <= start and end <= last and (first, last) != (start, end) for first, last in spans)

    company = {}
    for needs in {needs for *_, needs, _ in rows if needs}:
        # Single words are told by their first letters and length, whatever is around them.
        words = [literal for one in classes[needs] for literal in expand(one, classes)]
        single = {(word[:8].lower(), len(word)) for word in words if re.fullmatch("[A-Za-z0-9]+", word)}
        here = [one.span() for one in re.finditer("[A-Za-z0-9]+", text) if (one[0][:8].lower(), len(one[0])) in single]
        here += [place for word in words if not re.fullmatch("[A-Za-z0-9]+", word) for place in places(word)]
        company[needs] = [start for start, end in here if not is_inside(start, end, addresses)]
    return {
        (name, start, end)
        for name, start, end, needs, within in found
        if not is_inside(start, end, decoys + addresses)
        if not needs
        or any(start - (within or len(text)) <= place < end + (within or len(text)) for place in company[needs])
    }


def slow_mentions(matches, name):
    """How often a name is mentioned, overlapping matches being one mention, and the first and longest match."""
    places = sorted((start, -end) for other, start, end in matches if other == name)
    count, reach = 0, -1
    for start, end in places:
        count += start >= reach
        reach = max(reach, -end)
    return count, places[0][0], -places[0][1]


def test_the_sample_of_the_specification():
    (row,) = read_texts([SAMPLE], seed_lexicon())
    assert row["skills"] == ["aws", "deep learning", "mlops", "python", "pytorch", "transformers"]


@pytest.mark.parametrize(
    ("text", "skills"),
    [
        ("Python", ["python"]),
        ("PYTHON, and", ["python"]),
        ("pythonic", []),
        ("big data pipelines", ["big data", "data pipelines"]),
        ("big data. Pipelines", ["big data"]),
        ("big.data", []),
        ("big  data pipelines ", ["big data", "data pipelines"]),
        ("Python/R", ["python", "r"]),
        ("our R&D team", []),
        ("R&D in R", ["r"]),
        ("R$ 5.000", []),
        ("für mehr", []),
        ("fü r", ["r"]),
        ("•R•", ["r"]),
        ("“R”", ["r"]),
        ("r_value", []),
        ("UX/UI ux-ui UX UI", ["ux/ui"]),
        ("BI bi", ["business intelligence"]),
        ("bi", []),
        ("Power BI", []),
        ("go‑to‑market", ["go-to-market"]),
        ("big\u00a0data", ["big data"]),
        ("big \n\n data", ["big data"]),
        ("big\ndata", ["big data"]),
        ("R\\&D and big\\-data", ["big data"]),
        ("<p>big&nbsp;data</p><p>R&amp;D</p>", ["big data"]),
        ("&lt;li&gt;Python&lt;/li&gt;", ["python"]),
        ("<script>python</script>", []),
        ("a < b and python > r", ["python", "r"]),
        ("Experiência em análise de dados", ["data analysis"]),
        ("", []),
        ("ETL", ["etl"]),
    ],
)
def test_whole_words(text, skills):
    (row,) = read_texts([text], lexicon())
    assert row["skills"] == skills


def test_rows_of_a_batch_do_not_touch():
    rows = read_texts(["big", "data pipelines", "", "x r", "& d"], lexicon())
    assert [row["skills"] for row in rows] == [[], ["data pipelines"], [], ["r"], []]


def test_the_evidence_is_the_text():
    (row,) = read_texts(["Größe zählt: **Python**, python und Big-Data."], lexicon())
    big_data, python = row["mentions"]
    assert python["mention_count"] == 2
    assert python["matched_text"] == "Python"
    assert python["position"] == len("Größe zählt: **") + 1
    assert big_data["matched_text"] == "Big-Data"
    assert python["snippet"] == "Größe zählt: **Python**, python und Big-Data."


def test_a_snippet_holds_whole_characters():
    for length in range(SNIPPET_BYTES - 4, SNIPPET_BYTES + 4):
        (row,) = read_texts(["€" * length + " python " + "ü" * length], lexicon())
        snippet = row["mentions"][0]["snippet"]
        assert "python" in snippet
        assert "\ufffd" not in snippet
        assert set(snippet) <= set("€ü python")


def test_cues_are_counted_beside_the_skills():
    cues = [("AI", "ai", True), ("you build", "builds", False), ("big data", "data", False)]
    lexicon = compile_lexicon(SPELLINGS, cues, WORDS)
    nothing, row = read_texts(["a python", "AI: you build big data. You Build AI, ai"], lexicon)
    assert nothing["cues"] == []
    # A phrase can be a skill's and a cue's.
    assert row["skills"] == ["big data"]
    assert [(cue["cue"], cue["mention_count"], cue["matched_text"], cue["position"]) for cue in row["cues"]] == [
        ("ai", 2, "AI", 1),
        ("builds", 2, "you build", 5),
        ("data", 1, "big data", 15),
    ]
    assert row["cues"][0]["snippet"].startswith("AI: you build")


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("You sit at our desk on three days per week in the office", "hybrid"),
        ("On-site 4 days a month, else from your boat", "hybrid"),
        ("Five days per week in the office", "onsite"),
        ("Duration: 9+ months", "contract_perhaps"),
        ("Deux postes, télétravail 2j par semaine", "hybrid"),
        ("Полностью удалённая работа в порту", "remote"),
        ("ГИБРИДНЫЙ ФОРМАТ", "hybrid"),
        ("当社はフルリモートです", "remote"),
        ("週3日出社、残りは在宅勤務", "hybrid"),
        ("港口管理员(全职)", "full_time"),
        ("재택근무를 지원합니다", "home_days"),
        ("At least 2 days a week in our Bergen office", "hybrid"),
        ("Twice a week in the office", "hybrid"),
        ("All pilots are required to be onsite", "onsite"),
        ("Fully remote, with a hybrid option", "remote_choice"),
        ("We are looking for a diver for a client who is hiring", "agency"),
        ("Für unseren Kunden, eine Werft, suchen wir", "agency"),
        ("Nets are a project for our client in Oslo", "not_agency"),
        ("The post requires presence in our Bergen office", "onsite"),
        ("Full-time, remote work within Norway", "remote"),
        ("A 12month contract on a boat", "contract"),
        ("Werklocatie: Op locatie", "onsite_stated"),
        ("Lieu du poste : Télétravail hybride", "hybrid_stated"),
        ("Arbeitsort: Homeoffice", "remote_stated"),
        ("A hybrid, at the office, or remote", "remote_choice"),
        ("Location: Europe, Remote", "remote"),
        ("Much work can be performed remotely", "hybrid"),
        ("Freedom to work remote part-time", "hybrid"),
        ("Spend at least 60% of your time in the office", "hybrid"),
        ("Kelp Labs | On-site Bergen", "onsite"),
        ("Kunden hilfst du telefonisch oder remote", "not_remote"),
        ("Geen thuiswerk, het schip vaart", "not_home_days"),
        ("Vijf dagen op kantoor", "not_hybrid"),
        ("Remote working up to two days", "home_days"),
        ("Ein flexibler Arbeitsort am Hafen", "home_days"),
        ("Wir bieten ein Praktikum für sechs Monate", "internship"),
        ("An internship of 5 months at sea", "internship"),
        ("Type de contrat : Stage", "internship"),
        ("Contratto: stage", "internship"),
        ("Termijn: 6 maanden", "contract_perhaps"),
        ("Freiberufliche Tätigkeit als Lotse", "contract"),
        ("The appointment is for a period of four years", "temporary"),
        ("Een aanstelling voor de duur van vier jaar", "temporary"),
        ("Du arbeitest als Werkstudent im Hafen", "part_time"),
        ("Arbeitszeit: 39 Stunden", "full_time"),
        ("The full-time annual salary of divers", "not_full_time"),
        ("A shipyard in Oslo needs a diver to join their crew", "agency"),
        ("The yard has two docks and they're looking for a diver", "agency"),
        ("Thrilled to be partnering with a yard in Oslo", "agency"),
        ("Kelp is currently engaged with a yard", "agency"),
        ("I am working with an exciting yard", "agency"),
        ("Work type: W2", "agency"),
        ("A prominent law firm is looking to hire a diver", "agency"),
        ("Dive with a dynamic digital company who are scaling", "agency"),
        ("Seleccionamos para una naviera", "agency"),
        ("We are working with a rapidly growing yard", "agency"),
        ("An international C2C marketplace of boats", "not_agency"),
        ("We signed terms with a recruitment agency", "not_agency"),
        ("Mobile Working am Hafen", "home_days"),
        ("Dive from the comfort of your own home", "remote"),
        ("Whether you are working full time, part-time or not at all", "not_full_time"),
        ("Un buzo para unirse al equipo de nuestro socio", "agency"),
        ("A hybrid, remote, or in-office week at sea", "remote_choice"),
        ("Divers enjoy location independence", "remote"),
        ("Three years in a full-time, professional experience of diving", "not_full_time"),
        ("Our boat lies in London, W2 3EN", "not_contract"),
        ("Shares for all full-time divers", "not_full_time"),
        ("Our crews dive from the office full time", "not_full_time"),
        ("This may evolve into a full-time berth", "not_full_time"),
        ("When advertising temporary/contract berths we are an employment business", "not_temporary"),
        ("A co-op term of four months at sea", "internship"),
        ("Divers who are eligible to work full-time in Norway", "not_full_time"),
        ("Job type: Student/Coop (sea)", "internship"),
        ("We hire a part-time diver", "part_time"),
        ("Beschäftigung: Teilzeit", "part_time"),
        ("Part-Time, or Regular Full Time", "full_time"),
        ("Kelp Labs | CONTRACT | Bergen", "contract"),
        ("On site a few days a week", "hybrid"),
        ("A hybrid setting, or remote from your boat", "remote_choice"),
        ("Lavoro in presenza e da remoto", "hybrid"),
        ("Telework eligible Yes", "home_days"),
        ("This job is available in full and parttime", "full_time"),
        ("Bergen (good work from home options)", "home_days"),
        ("Onsite in Bergen, but we will consider remote working", "remote_choice"),
        ("Modelo presencial (com flexibilidade)", "hybrid"),
        ("Who can get into the office 3 or 4 days a week", "hybrid"),
        ("Modalidad: 100 Teletrabajo", "remote"),
        ("A hybrid project in Bergen", "hybrid"),
        ("Job type: Regular Full-Time", "full_time"),
        ("A full-time, term post to September", "temporary"),
        ("You are employed initially for a period of one year", "temporary"),
        ("Term contract until March", "temporary"),
        ("Contract duration: 3 years", "temporary"),
        ("Our fully remote setup lets you work from anywhere in the world", "remote"),
        ("Ab sofort, Teilzeit (ca. 50%), am Hafen", "part_time"),
        ("Duration of the contract is two seasons", "temporary"),
        ("A 4-year period of employment at sea", "temporary"),
        ("An initial, 1,5 year contract on a boat", "temporary"),
        ("A 1-year term position in Bergen", "temporary"),
        ("You dive for initially one year", "temporary"),
        ("Si offre un contratto di somministrazione", "temporary"),
        ("Een jaar met optie tot verlenging", "contract_perhaps"),
        ("Kelp Labs | Bergen/Remote | Divers", "remote"),
        ("You walk to the office a minimum of 3 x per week", "hybrid"),
        ("One day at sea, 4 days by remote", "hybrid"),
        ("We do not offer remote-only roles", "onsite"),
        ("Werklocatie: Fysiek", "onsite_stated"),
        ("Soort dienstverband: Stage", "internship"),
        ("Remote Work - nach Absprache", "home_days"),
        ("Kelp Labs | Remote (EU time zone)", "remote"),
    ],
)
def test_cues_of_work_are_found(text, cue):
    (row,) = read_texts([text])
    assert cue in [found["cue"] for found in row["cues"]]


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("неудалённая", "remote"),
        ("удалённая работай", "remote"),
        ("Hybrid systems of nets", "hybrid"),
        ("a travel share of 30% of the time", "hybrid"),
        # What is said of something else, though with words that would say it of this job.
        ("Divers are not eligible for 100% remote work", "remote"),
        ("We do not offer relocation or remote roles", "remote"),
        ("La possibilità di lavoro da remoto", "remote"),
        ("Remote job No", "remote"),
        ("Work remotely from anywhere in the world for up to four weeks", "remote"),
        ("You build native/hybrid apps", "hybrid"),
        ("You tune hybrid workflows", "hybrid"),
        ("40 days work from anywhere", "remote"),
        ("Work From Anywhere: Enjoy up to 20 days at sea", "remote"),
        ("Fish for clients anywhere in the world", "remote"),
        ("The interviews estão acontecendo de forma 100% remota", "remote"),
        ("If this position is listed as remote or hybrid, you meet us at sea", "remote_choice"),
        ("Anche in presenza di una sola candidatura", "onsite"),
        ("Your first day will be onsite in Bergen", "onsite"),
        ("Modelo de trabalho: presencial, remoto ou híbrido", "onsite"),
        ("Un framework di lavoro agile", "home_days"),
        ("Serviços de nuvem pública, privada e híbrida", "hybrid"),
        ("Fish delivered to your home or office", "home_days"),
        ("This is not a freelance gig", "contract"),
        ("Benefits vary for part time and temporary full-time employees", "temporary"),
        ("The opportunity to work part-time", "part_time"),
        ("Mobile Working & Teilzeit", "part_time"),
        ("Auch in Teilzeit", "part_time"),
        ("Salaries are prorated for part-time roles", "part_time"),
        ("26 holidays, based on full-time employment", "full_time"),
        ("Shares [for full-time permanent roles]", "full_time"),
        ("2 year full-time, relevant work experience", "full_time"),
        ("Potential for full-time employment after the season", "full_time"),
        ("Modelling and/or remote sensing of fish", "remote"),
        ("We are shifting from a hybrid week to one at sea", "hybrid"),
        ("A full-time engineering experience at sea", "full_time"),
        ("Divers are full-time, salaried employees", "full_time"),
    ],
)
def test_what_only_looks_like_a_cue_of_work_is_none(text, cue):
    (row,) = read_texts([text])
    assert cue not in {found["cue"] for found in row["cues"]}


@pytest.mark.parametrize(
    "text",
    [
        "Seleccionamos un buzo para nuestro barco",
        "We know our client needs",
        "You train business and IT staffing",
        "We are working with a crane",
    ],
)
def test_what_only_looks_like_a_cue_of_agencies_is_none(text):
    (row,) = read_texts([text])
    assert "agency" not in {found["cue"] for found in row["cues"]}


def test_look_alikes_silence_cues():
    (row,) = read_texts(["AI R&D"], compile_lexicon([("AI R&D", None, False)], [("AI", "ai", True)]))
    assert row["cues"] == []


def test_notices_silence_what_they_say_of_ai():
    cues = [("AI", "ai", True), ("AI in hiring", "ai_notice", False)]
    rows = read_texts(["We use AI in hiring.", "We make AI."], compile_lexicon([], cues))
    assert [[cue["cue"] for cue in row["cues"]] for row in rows] == [["ai_notice"], ["ai"]]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("at sea", ["place", "sea"]),
        ("dead at sea", ["not_sea", "place"]),
        ("sick at sea legs", ["not_sea", "place"]),
        ("at sea legs", ["not_sea", "place"]),
        ("at sea legs, at sea", ["not_sea", "place", "sea"]),
        ("far at sea legs out", ["not_sea", "place", "sea"]),
        ("at open sea", ["not_sea", "place", "sea"]),
    ],
)
def test_the_look_alike_of_a_cue_silences_only_this(text, heard):
    cues = [("at", "place"), *((phrase, "sea") for phrase in ("at sea", "far at sea legs out", "at open sea"))]
    look_alikes = [(phrase, "not_sea") for phrase in ("dead at sea", "sick at sea", "sea legs", "at open sea")]
    (row,) = read_texts([text], compile_lexicon([], cues + look_alikes))
    assert [cue["cue"] for cue in row["cues"]] == heard


def test_an_empty_batch_and_an_empty_lexicon():
    assert read_texts([], lexicon()) == []
    assert read_texts(["python"], compile_lexicon([]))[0]["skills"] == []


def test_a_spelling_without_letters_is_refused():
    with pytest.raises(ValueError, match=r"'\+\+' holds no letter or digit"):
        compile_lexicon([("++", "c", False)])


def test_a_stream_keeps_every_text_in_order():
    texts = [f"{'python ' * (n % 3)}{'big data ' * (n % 2)}" for n in range(100)]
    ids = [str(n) for n in range(100)]
    table = pa.table({"text_id": ids, "text": texts})
    rows = [
        row
        for batch in extract_all(table.to_batches(max_chunksize=7), lexicon(), threads=2)
        for row in batch.to_pylist()
    ]
    assert [row["text_id"] for row in rows] == ids
    assert [row["skills"] for row in rows] == [
        (["big data"] if n % 2 else []) + (["python"] if n % 3 else []) for n in range(100)
    ]


html_pieces = st.sampled_from(
    "< > / ! <b> </b> </ <! </!x> <!-- --> <script> </script > <SCRIPT <style> </STYLE> <strong <a_href='x'>"
    " &amp; &lt; &gt; &lt;b&gt; &amp;lt; & ; x é &eacute; &nbsp; &#38; &#x3C; &#1; &am &unknown; &Uuml"
    " &CounterClockwiseContourIntegral; &nGt; &#0000038; &lt;!-- --&gt;".split(" ")
)


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.lists(html_pieces, max_size=8).map("".join), max_size=4))
@example(["<", "b>x"])
@example(["&#117;\u0308&amp;lt;", "x&shy;\u0308"])
@example(["&am", "p;"])
@example(["<scr", "ipt>x</script>"])
@example(["<style>x</STYLE>", "<SCRIPT >x</script >"])
@example(["&lt;script&gt;x&lt;/script&gt;", "<a<b>c>", "&amp;amp;amp;"])
def test_html_is_taken_out_as_by_regular_expressions(texts):
    block, start, end = cleaning.lay_out(pa.array(texts, pa.large_string()))
    plain = [block[at:until].tobytes().decode() for at, until in zip(start, end, strict=True)]
    assert plain == [slow_cleaned(text) for text in texts]


BLOCK = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)


@settings(max_examples=500, deadline=None)
@given(st.lists(html_pieces, max_size=12).map("".join))
def test_blocks_end_with_their_own_end(text):
    assert cleaning.without_blocks(text) == BLOCK.sub(" ", text)


pieces = st.sampled_from(
    "big data pipelines Python R r & d D $ ux UI BI Power go to market - / _ . , é É ü – “ x 1 İ ß 😀 ‑ \\"
    " < > <b> &amp; &#82;"
    " statistics statistic al ágil ÁGIL данные Данные id: .net core c ++ \x7f build builds making Build a nice set sets"
    " dataset GCP etl terraform aws you need no is not needed 和 語 в @ :// .com Python2x bigData analysisBigdata"
    " \u00ad \u200b ＲＥＴＬ ｅｔｌ 𝗥 u\u0308 \u0308 ; : ! * we".split(" ")
    + [" ", " ", " ", " ", " ", " ", "\n", "\u00a0", "\u3000", "análise de dados"]
)
many_texts = st.lists(st.lists(pieces, max_size=14).map("".join), max_size=6)


@settings(max_examples=600, deadline=None)
@given(many_texts)
@example(["R&D/R", "R &D"])
@example(["c++", "", "c", "++", "данныеданные данные"])
@example(["big\\\u00ad-data \u00ad \u00ad ", "R\\\\\u200b&D"])
@example(["x-данные", "данные", "X Данные", "xданные", "Rx данные x\u00ad /\u00ad данные"])
@example(["build a nice data set", "build a, nice data-sets", "build. nice data set", "build a big a data set"])
@example(["terraform" + " x" * 10 + " GCP", "terraform" + " x" * 20 + " GCP", "aws etl", "etl@aws etl"])
@example(["you need no python. python", "python is not needed", "analysisBigdata pipelines"])
@example(["go.to market", "go to.market", "go-to/market"])
@example(["build😀", "dataset"])
@example(["build&ü;dataset", "build ü, dataset", "build ü. dataset"])
def test_mentions_are_those_of_plain_regular_expressions(texts):
    rows = read_texts(texts, lexicon())
    assert len(rows) == len(texts)
    for row, text in zip(rows, map(slow_cleaned, texts), strict=True):
        matches = slow_matches(text)
        assert row["text_length"] == len(text)
        assert row["skills"] == sorted({name for name, _, _ in matches if isinstance(name, str)})
        assert row["skills"] == [mention["skill"] for mention in row["mentions"]]
        assert [cue["cue"] for cue in row["cues"]] == sorted({name[1] for name, _, _ in matches if name[0] == "cue"})
        mentions = [(mention["skill"], mention) for mention in row["mentions"]]
        for name, mention in mentions + [(("cue", cue["cue"]), cue) for cue in row["cues"]]:
            count, start, end = slow_mentions(matches, name)
            assert mention["mention_count"] == count
            assert mention["position"] == start + 1
            assert mention["matched_text"] == text[start:end]
            assert mention["snippet"] in text
            assert mention["matched_text"] in mention["snippet"]
