#!/usr/bin/env python3
"""Compare whole builds at one size: seconds, processor time and memory, in one run on the same demo postings of 1.5 KB.

1. `dbt build` from nothing, with all data tests and the published file.
2. The same answers from a notebook (notebook.py, pandas and Python loops), and those of one that looks for substrings.
3. `dbt build` after 1% more postings came, and with nothing new.

For growth, run it at two sizes: `scale.py --count 1000000`, `scale.py --count 10000000 --without-notebook`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
from pathlib import Path

from compare import make_texts
from load import measure

PROJECT = Path(__file__).resolve().parents[2]
DBT = Path(sys.executable).with_name("dbt")
NOTEBOOK = str(Path(__file__).with_name("notebook.py"))

# What such a notebook mostly is: the 71 names as substrings ("r" is in "transformers").
SUBSTRINGS = """
import sys
import duckdb, pandas as pd

LEVELS = [
    ("executive", ["chief", "cto", "cio", "ceo", "cfo"]), ("vp", ["vp", "vice president"]), ("director", ["director"]),
    ("lead", ["lead", "team lead", "manager"]), ("senior", ["senior", "sr.", "principal", "expert"]),
    ("entry", ["junior", "entry level", "associate", "intern"]), ("mid", ["mid level", "staff", "specialist"]),
]
AI_TITLES = ["ai", "ml", "machine learning", "data scientist", "mlops", "artificial intelligence"]

connection = duckdb.connect(sys.argv[1], read_only=True)
skills = [skill for skill, in connection.execute("select skill from seeds.ai_skills").fetchall()]
jobs = connection.execute("select * from raw.job_postings").df()
date = pd.to_datetime(jobs["posted_date"], errors="coerce", format="ISO8601", utc=True)
jobs["posted_date"] = date.dt.tz_localize(None)
jobs = jobs[jobs["title"].notna() & jobs["posted_date"].notna()].copy()

def extract(text):
    text = text.lower()
    return [skill for skill in skills if skill in text]

def level(title):
    return next((name for name, words in LEVELS if any(word in title for word in words)), "mid")

title = jobs["title"].str.lower()
jobs["skills"] = [extract(text) for text in jobs["description"].fillna("")]
jobs["level"] = [level(text) for text in title]
jobs["score"] = [
    min(len(found) / 5, 1) * 0.6 + (0.4 if any(word in text for word in AI_TITLES) else 0)
    for found, text in zip(jobs["skills"], title)
]
jobs = jobs.sort_values("posted_date").drop_duplicates(["title", "company", "location"])
jobs["week"] = jobs["posted_date"].dt.to_period("W").dt.start_time
volume = jobs.groupby("week").size()
levels = jobs.groupby(["week", "level"]).size()
top = jobs.explode("skills").groupby(["week", "skills"]).size().groupby(level=0).nlargest(10)
print(len(jobs), len(volume), len(levels), len(top))
"""


def main() -> None:
    """Read the command line and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000, help="demo postings (default: %(default)s)")
    parser.add_argument(
        "--without-notebook", action="store_true", help="leave the notebooks out: they need 10 KB a posting"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {
            **os.environ,
            "TALENT_WAREHOUSE": str(folder / "warehouse.duckdb"),
            "TALENT_MARTS": str(folder / "talent.duckdb"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        }
        generate = [sys.executable, "scripts/generate_postings.py"]
        build = [str(DBT), "--quiet", "build"]
        # In a process of its own: what this one ever held would count as memory of those that it starts.
        maker = multiprocessing.get_context("spawn").Process(target=make_texts, args=(options.count, environment))
        maker.start()
        maker.join()
        if maker.exitcode:
            raise SystemExit("no postings were made")
        measure([str(DBT), "--quiet", "parse"], environment)
        results = {"dbt build": measure(build, environment)}
        if not options.without_notebook:
            for name, program in {"notebook": [NOTEBOOK], "notebook of substrings": ["-c", SUBSTRINGS]}.items():
                results[name] = measure([sys.executable, *program, environment["TALENT_WAREHOUSE"]], environment)
        measure([*generate, "--append", "--seed", "7", "--count", str(max(options.count // 100, 1))], environment)
        results["dbt build, 1% more"] = measure(build, environment)
        results["dbt build, nothing new"] = measure(build, environment)
    print(f"{options.count:,} demo postings")
    for what, taken in results.items():
        seconds, processor_seconds, megabytes = taken
        print(
            f"  {what:24} {seconds:8.1f} s  {processor_seconds:8.1f} s of processor time  {megabytes:6} MB  "
            f"x {seconds / results['dbt build'][0]:.2f} of dbt build, "
            f"{processor_seconds / results['dbt build'][1]:.2f} of its processor time"
        )


if __name__ == "__main__":
    main()
