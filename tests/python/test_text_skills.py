import re

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from talent_demand.skills import cleaning
from talent_demand.skills.evidence import SNIPPET_BYTES, extract_all
from talent_demand.skills.lexicon import compile_lexicon
from talent_demand.skills.model import read_texts, seed_lexicon

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
]


def slow_cleaned(text):
    """The text as the extraction reads it, by regular expressions."""
    if re.search(r"<[A-Za-z/!]|&#?[A-Za-z0-9]+;", text):
        text = cleaning.plain_text(text)
    text = re.sub("[\u2010-\u2015]", "-", text)
    text = re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", text)
    return re.sub("[\x00-\x20\u00a0\u2000-\u200d\u202f]+", " ", text)


def slow_matches(text, spellings):
    """Skill and place of every match by one regular expression a spelling: slow and plain."""
    found = []
    for spelling, skill, is_case_sensitive in spellings:
        body = "".join("[ \\-/_\t\n\r]" if c in " -/" else re.escape(c) for c in spelling)
        before = r"(?<!\w)" if spelling[0].isalnum() else ""
        after = r"(?!\w)" if spelling[-1].isalnum() else ""
        # Word characters are Unicode's; a match is looked up ahead, so that overlapping ones are found too.
        flag = "" if is_case_sensitive else "i"
        pattern = re.compile(f"{before}(?=((?{flag}:{body})){after})")
        found += [(skill, *match.span(1)) for match in pattern.finditer(text)]
    decoys = [(start, end) for skill, start, end in found if skill is None]
    return {
        (skill, start, end)
        for skill, start, end in found
        if skill and not any(first <= start and end <= last for first, last in decoys)
    }


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
    lexicon = compile_lexicon(SPELLINGS)
    (row,) = read_texts([text], lexicon)
    assert row["skills"] == skills


def test_rows_of_a_batch_do_not_touch():
    lexicon = compile_lexicon(SPELLINGS)
    rows = read_texts(["big", "data pipelines", "", "x r", "& d"], lexicon)
    assert [row["skills"] for row in rows] == [[], ["data pipelines"], [], ["r"], []]


def test_the_evidence_is_the_text():
    lexicon = compile_lexicon(SPELLINGS)
    (row,) = read_texts(["Größe zählt: **Python**, python und Big-Data."], lexicon)
    big_data, python = row["mentions"]
    assert python["mention_count"] == 2
    assert python["matched_text"] == "Python"
    assert python["position"] == len("Größe zählt: **") + 1
    assert big_data["matched_text"] == "Big-Data"
    assert python["snippet"] == "Größe zählt: **Python**, python und Big-Data."


def test_a_snippet_holds_whole_characters():
    lexicon = compile_lexicon(SPELLINGS)
    for length in range(SNIPPET_BYTES - 4, SNIPPET_BYTES + 4):
        (row,) = read_texts(["€" * length + " python " + "ü" * length], lexicon)
        snippet = row["mentions"][0]["snippet"]
        assert "python" in snippet
        assert "\ufffd" not in snippet
        assert set(snippet) <= set("€ü python")


def test_cues_are_counted_beside_the_skills():
    cues = [("AI", "ai", True), ("you build", "builds", False), ("big data", "data", False)]
    lexicon = compile_lexicon(SPELLINGS, cues)
    nothing, row = read_texts(["a python", "AI: you build big data. You Build AI, ai"], lexicon)
    assert (nothing["cues"], nothing["ai_mark_count"]) == ([], 0)
    # A phrase can be a skill's and a cue's.
    assert row["skills"] == ["big data"]
    assert [(cue["cue"], cue["mention_count"], cue["matched_text"], cue["position"]) for cue in row["cues"]] == [
        ("ai", 2, "AI", 1),
        ("builds", 2, "you build", 5),
        ("data", 1, "big data", 15),
    ]
    assert row["cues"][0]["snippet"].startswith("AI: you build")
    assert row["ai_mark_count"] == 2


def test_look_alikes_silence_cues():
    (row,) = read_texts(["AI R&D"], compile_lexicon([("AI R&D", None, False)], [("AI", "ai", True)]))
    assert row["cues"] == []


def test_an_empty_batch_and_an_empty_lexicon():
    assert read_texts([], compile_lexicon(SPELLINGS)) == []
    assert read_texts(["python"], compile_lexicon([]))[0]["skills"] == []


def test_a_spelling_without_letters_is_refused():
    with pytest.raises(ValueError, match=r"'\+\+' holds no letter or digit"):
        compile_lexicon([("++", "c", False)])


def test_the_version_changes_with_the_lexicon_only():
    version = compile_lexicon(SPELLINGS).version
    assert compile_lexicon(reversed(SPELLINGS)).version == version
    assert compile_lexicon(SPELLINGS[1:]).version != version
    assert compile_lexicon([*SPELLINGS[1:], ("python", "sql", False)]).version != version


def test_a_stream_keeps_every_text_in_order():
    lexicon = compile_lexicon(SPELLINGS)
    texts = [f"{'python ' * (n % 3)}{'big data ' * (n % 2)}" for n in range(100)]
    ids = [str(n) for n in range(100)]
    table = pa.table({"text_id": ids, "text": texts})
    rows = [
        row for batch in extract_all(table.to_batches(max_chunksize=7), lexicon, threads=2) for row in batch.to_pylist()
    ]
    assert [row["text_id"] for row in rows] == ids
    assert [row["skills"] for row in rows] == [
        (["big data"] if n % 2 else []) + (["python"] if n % 3 else []) for n in range(100)
    ]


html_pieces = st.sampled_from(
    "< > / ! <b> </b> </ <! </!x> <!-- --> <script> </script > <SCRIPT <style> </STYLE> <strong <a_href='x'>"
    " &amp; &lt; &gt; &lt;b&gt; &amp;lt; & ; x é".split(" ")
)


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.lists(html_pieces, max_size=8).map("".join), max_size=4))
@example(["<", "b>x"])
@example(["<scr", "ipt>x</script>"])
@example(["<style>x</STYLE>", "<SCRIPT >x</script >"])
def test_html_is_taken_out_as_by_regular_expressions(texts):
    plain = cleaning.without_html(pa.array(texts, pa.large_string())).to_pylist()
    assert [re.sub(" +", " ", text) for text in plain] == [
        re.sub(" +", " ", cleaning.plain_text(text)) for text in texts
    ]


pieces = st.sampled_from(
    "big data pipelines Python r R & d D $ ux UI BI Power go to market - / _ . , é ü – “ x 1 İ ß 😀 ‑ \\ < > <b> &amp;"
    " statistics statistic al ágil данные id: .net core c ++ \x7f".split(" ")
    + [" ", " ", " ", " ", "\n", "\u00a0", "\u200b", "análise de dados"]
)
many_texts = st.lists(st.lists(pieces, max_size=14).map("".join), max_size=6)


@settings(max_examples=300, deadline=None)
@given(many_texts)
@example(["R&D/R", "R &D"])
@example(["c++", "", "c", "++", "данныеданные данные"])
def test_mentions_are_those_of_plain_regular_expressions(texts):
    rows = read_texts(texts, compile_lexicon(SPELLINGS))
    assert len(rows) == len(texts)
    for row, text in zip(rows, map(slow_cleaned, texts), strict=True):
        matches = slow_matches(text, SPELLINGS)
        assert row["text_length"] == len(text)
        assert row["skills"] == sorted({skill for skill, _, _ in matches})
        assert row["skills"] == [mention["skill"] for mention in row["mentions"]]
        assert row["skill_counts"] == [
            {name: mention[name] for name in ("skill", "mention_count")} for mention in row["mentions"]
        ]
        for mention in row["mentions"]:
            places = sorted((start, end) for skill, start, end in matches if skill == mention["skill"])
            start, end = places[0]
            assert mention["mention_count"] == len(places)
            assert mention["position"] == start + 1
            assert mention["matched_text"] == text[start:end]
            assert mention["snippet"] in text
            assert mention["matched_text"] in mention["snippet"]
