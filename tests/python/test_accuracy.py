"""How well the rules find what a reader finds, in sentences and titles written for this project (tests/labelled)."""

import csv
import io
import re
from collections import Counter

import pytest

from conftest import PROJECT, UNTESTED, Project, read_seed
from talent_demand.skills.lexicon import compile_lexicon
from talent_demand.skills.model import SPELLING_COLUMNS, read_texts

FIGURES = PROJECT / "docs" / "accuracy_by_label.csv"
# Precision and recall over all skills and over all levels.
LEAST = 0.97


def labelled(name):
    """Rows of a file of labels as dicts of text."""
    with (PROJECT / "tests" / "labelled" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def spellings():
    return read_seed("skill_spellings")


@pytest.fixture(scope="module")
def read_postings(tmp_path_factory):
    """A project that read each labelled title, each example of a title rule and each posting labelled for AI."""
    project = Project(tmp_path_factory.mktemp("titles"))
    titles = [row["title"] for name in ("titles", "roles") for row in labelled(name)]
    titles += [row["example"] for row in read_seed("seniority_rules")]
    rows = [(title, "") for title in dict.fromkeys(titles)]
    rows += [(row["title"], row["description"]) for row in labelled("involvement")]
    with (project.folder / "postings.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["title", "description", "url", "posted_date"])
        writer.writerows([*row, f"https://jobs.example/{place}", "2024-06-03"] for place, row in enumerate(rows))
    project.script("load_postings", project.folder / "postings.csv")
    models = ("+int_ai_involvement", "+int_title_roles")
    project.dbt("build", *UNTESTED, "--select", *models)
    return project


@pytest.fixture(scope="module")
def read_titles(read_postings):
    """Level and deciding phrase of each title."""
    found = read_postings.query(
        """
        select titles.title, levels.seniority_level, levels.seniority_rule
        from intermediate.int_titles as titles
        inner join intermediate.int_title_levels as levels on titles.title_words = levels.title_words
        """
    )
    return {title: (level, rule) for title, level, rule in found}


@pytest.fixture(scope="module")
def pairs(read_titles):
    """(kind, label, whether a reader gave it, whether the rules did) of each label of each sentence and title."""
    sentences = labelled("sentences")
    rows = read_texts([row["sentence"] for row in sentences])
    found = []
    for row, read in zip(sentences, rows, strict=True):
        wanted, got = set(filter(None, row["skills"].split("|"))), set(read["skills"])
        found += [("skill", label, label in wanted, label in got) for label in sorted(wanted | got)]
    for row in labelled("titles"):
        wanted, (got, _) = row["seniority_level"], read_titles[row["title"]]
        found += [("seniority_level", label, label == wanted, label == got) for label in sorted({wanted, got})]
    return found


def test_readers_and_rules_agree(pairs):
    for kind in ("skill", "seniority_level"):
        of_kind = [(is_labelled, is_found) for name, _, is_labelled, is_found in pairs if name == kind]
        both = of_kind.count((True, True))
        assert both / sum(is_found for _, is_found in of_kind) >= LEAST, f"precision of {kind}"
        assert both / sum(is_labelled for is_labelled, _ in of_kind) >= LEAST, f"recall of {kind}"


def test_the_published_figures_are_those_of_the_rules(pairs):
    labelled_count = Counter((kind, label) for kind, label, is_labelled, _ in pairs if is_labelled)
    found_count = Counter((kind, label) for kind, label, _, is_found in pairs if is_found)
    both_count = Counter((kind, label) for kind, label, is_labelled, is_found in pairs if is_labelled and is_found)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["kind", "label", "labelled_count", "found_count", "correct_count", "precision", "recall"])
    for key in sorted({(kind, label) for kind, label, _, _ in pairs}):
        shares = [
            f"{both_count[key] / count[key]:.3f}" if count[key] else "" for count in (found_count, labelled_count)
        ]
        writer.writerow([*key, labelled_count[key], found_count[key], both_count[key], *shares])
    if not FIGURES.exists() or FIGURES.read_text(encoding="utf-8") != text.getvalue():
        FIGURES.write_text(text.getvalue(), encoding="utf-8")
        pytest.fail(f"{FIGURES.relative_to(PROJECT)} is written anew: look at it and commit it")


def test_readers_and_rules_agree_on_the_work_that_a_title_names(read_postings):
    found = dict(
        read_postings.query(
            """
            select titles.title, roles.role_family
            from intermediate.int_titles as titles
            inner join intermediate.int_title_roles as roles on titles.title_words = roles.title_words
            """
        )
    )
    wrong = [
        (row["title"], row["role_family"], found[row["title"]])
        for row in labelled("roles")
        if (found[row["title"]] or "") != row["role_family"]
    ]
    assert wrong == []


def test_readers_and_rules_agree_on_what_ai_has_to_do_with_a_job(read_postings):
    found = dict(
        read_postings.query(
            """
            select texts.text, involvement.ai_involvement
            from intermediate.int_ai_involvement as involvement
            inner join intermediate.int_postings as postings on involvement.posting_id = postings.posting_id
            inner join intermediate.int_texts as texts on postings.text_id = texts.text_id
            """
        )
    )
    wrong = [
        (row["title"], row["ai_involvement"], found[row["description"]])
        for row in labelled("involvement")
        if row["ai_involvement"] != found[row["description"]]
    ]
    # Four that the rules cannot tell: a law degree in a title, who recruits engineers, robots or colleagues using AI.
    assert len(wrong) <= 4, wrong


def alone(row):
    """The lexicon of one spelling."""
    spelling = [row[column] for column in SPELLING_COLUMNS]
    spelling[SPELLING_COLUMNS.index("is_case_sensitive")] = row["is_case_sensitive"] == "true"
    words = [(word["class"], word["words"]) for word in read_seed("word_classes")]
    return compile_lexicon([spelling], words=words)


def test_each_spelling_alone_gives_its_skill_in_its_example(spellings):
    wrong = []
    for row in spellings:
        if row["skill"]:
            (example,) = read_texts([row["example"]], alone(row))
            if example["skills"] != [row["skill"]]:
                wrong.append((row["spelling"], row["example"]))
    assert wrong == [], wrong


def test_the_lexicon_gives_each_skill_in_its_examples_and_not_in_its_counter_examples(spellings):
    rows = [row for row in spellings if row["skill"]]
    read = read_texts([row[sentence] for row in rows for sentence in ("example", "counter_example")])
    wrong = [
        (row["spelling"], row["skill"] in example["skills"], row["skill"] in counter["skills"])
        for row, example, counter in zip(rows, read[::2], read[1::2], strict=True)
        if row["skill"] not in example["skills"] or row["skill"] in counter["skills"]
    ]
    assert wrong == [], wrong


def test_each_look_alike_silences_something_in_its_example(spellings):
    rows = [row for row in spellings if not row["skill"]]
    seeds = {name: read_seed(name) for name in ("ai_cues", "word_classes")}
    loud = compile_lexicon(
        [[row[column] for column in ("spelling", "skill")] for row in spellings if row["skill"]],
        [(row["phrase"], row["cue"]) for row in seeds["ai_cues"]],
        [(row["class"], row["words"]) for row in seeds["word_classes"]],
    )
    examples = [row["example"] for row in rows]
    useless = [
        row["spelling"]
        for row, with_it, without in zip(rows, read_texts(examples), read_texts(examples, loud), strict=True)
        if (with_it["skills"], with_it["cues"]) == (without["skills"], without["cues"])
    ]
    assert useless == [], useless


def test_title_rules_decide_in_their_example(read_titles):
    wrong = []
    for rule in read_seed("seniority_rules"):
        level, phrase = read_titles[rule["example"]]
        if rule["seniority_level"]:
            is_right = level == rule["seniority_level"]
        else:
            # Words that are no rank never decide in theirs.
            is_right = phrase is None or not (
                rule["position"] == "rest" or re.search(re.escape(phrase), rule["phrase"])
            )
        if not is_right:
            wrong.append((rule["phrase"], rule["example"], level, phrase))
    assert wrong == [], wrong


def test_one_precedence_has_one_level():
    levels = {}
    for rule in read_seed("seniority_rules"):
        if rule["seniority_level"]:
            levels.setdefault(rule["precedence"], set()).add(rule["seniority_level"])
    assert {precedence: found for precedence, found in levels.items() if len(found) > 1} == {}
