#!/usr/bin/env python3
"""The marts' main answers as one would write them in a notebook: pandas and Python loops over the same rules.

Whole words, every spelling, look-alikes, the phrases of titles; one posting a title, company and location. Texts and
titles that repeat are read once. scale.py measures a build against it. Takes the path of a warehouse with seeds.
"""

import functools
import hashlib
import html
import re
import sys
from collections import defaultdict

import duckdb
import pandas as pd

from talent_demand.skills.spelling import GAP, OPEN, expand

TOKEN = re.compile(r"\w+|[^\w\s/-]")
WORD = re.compile(r"\w+")
TAG = re.compile(r"<[^<>]*>")
ESCAPE = re.compile(r"\\([^\w\s])")

connection = duckdb.connect(sys.argv[1], read_only=True)


def rows(columns, seed):
    """Rows of a seed."""
    return connection.execute(f"select {columns} from seeds.{seed}").fetchall()


def tokens(text):
    """Words and punctuation of a text, without what joins words."""
    return tuple(TOKEN.findall(text))


# By its first word: the words of a spelling, its skill (none: a look-alike) and its own letters where case matters.
spellings = defaultdict(list)
classes = defaultdict(list)
for name, some in rows("class, words", "word_classes"):
    classes[name].append(some)
for row, skill, is_case_sensitive in rows("spelling, skill, is_case_sensitive", "skill_spellings"):
    # A notebook knows no gaps, no company and no open look-alikes.
    for spelling in [] if GAP.search(row) or OPEN in row else expand(row, classes):
        words = tokens(spelling.lower())
        spellings[words[0]].append((words, skill, tokens(spelling) if is_case_sensitive else None))

phrases = defaultdict(list)
for phrase, level, precedence, position in rows("phrase, seniority_level, precedence, position", "seniority_rules"):
    words = tuple(phrase.split())
    phrases[words[0]].append((words, level, precedence, position))

keywords = [tuple(keyword.split()) for (keyword,) in rows("keyword", "ai_title_keywords")]


@functools.cache
def skills_of(text):
    """Sorted skills of a description."""
    text = ESCAPE.sub(r"\1", html.unescape(TAG.sub(" ", text)))
    exact, words = tokens(text), tokens(text.lower())
    found, silenced = [], []
    for start, word in enumerate(words):
        for spelling, skill, own in spellings.get(word, ()):
            end = start + len(spelling)
            if words[start:end] == spelling and (own is None or exact[start:end] == own):
                (found if skill else silenced).append((start, end, skill))
    return sorted(
        {skill for start, end, skill in found if not any(first <= start and end <= last for first, last, _ in silenced)}
    )


@functools.cache
def level_of(title):
    """Seniority level of a title in lower case."""
    words = tuple(WORD.findall(title))
    found = []
    for start, word in enumerate(words):
        for phrase, level, precedence, position in phrases.get(word, ()):
            end = start + len(phrase)
            if words[start:end] == phrase and (position != "end" or end == len(words)):
                found.append((start, end, level, precedence))
    ranks = [
        (precedence, level)
        for start, end, level, precedence in found
        if level and not any(a <= start and end <= b and (a, b) != (start, end) for a, b, _, _ in found)
    ]
    return max(ranks)[1] if ranks else "mid"


@functools.cache
def has_ai_title(title):
    """Whether a title in lower case holds an AI keyword."""
    words = tuple(WORD.findall(title))
    return any(words[at : at + len(keyword)] == keyword for keyword in keywords for at in range(len(words)))


def key_of(title, company, location, url):
    """What postings that are one have in common."""
    if not company:
        return url
    return hashlib.sha256(
        "\x1f".join(" ".join(field.split()) for field in (title, company, location)).encode()
    ).digest()


jobs = connection.execute("select * from raw.job_postings").df()
jobs["posted_date"] = pd.to_datetime(jobs["posted_date"], errors="coerce", format="ISO8601", utc=True)
jobs["posted_date"] = jobs["posted_date"].dt.tz_localize(None)
jobs = jobs[jobs["title"].notna() & jobs["posted_date"].notna()].copy()
title, company, location = (jobs[name].fillna("").str.lower() for name in ("title", "company", "location"))
jobs["skills"] = [skills_of(text) for text in jobs["description"].fillna("")]
jobs["level"] = [level_of(text) for text in title]
jobs["score"] = [
    round(min(len(found) / 5, 1) * 0.6 + (0.4 if has_ai_title(text) else 0), 2)
    for found, text in zip(jobs["skills"], title, strict=True)
]
jobs["key"] = [key_of(*fields) for fields in zip(title, company, location, jobs["url"].fillna(""), strict=True)]
jobs = jobs.sort_values(["posted_date", "source", "url"]).drop_duplicates("key")
jobs["week"] = jobs["posted_date"].dt.to_period("W").dt.start_time
volume = jobs.groupby("week").size()
levels = jobs.groupby(["week", "level"]).size()
top = jobs.explode("skills").groupby(["week", "skills"]).size().groupby(level=0).nlargest(10)
print(len(jobs), len(volume), len(levels), len(top))
