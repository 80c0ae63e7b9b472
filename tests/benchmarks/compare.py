#!/usr/bin/env python3
"""Compare the project with what it replaces, in one run, and print ratios.

1. Skill extraction (the Python model's core, full lexicon, evidence included) against the substring loop over the 71
   skills that a notebook would use, on the same demo texts: megabytes of text a second.
2. `dbt build` on the demo postings against `dbt build` of an empty project with the same dbt: seconds.

Measurements alternate, so that a busy moment of the machine hits both sides; printed are medians and their spread.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pyarrow as pa

PROJECT = Path(__file__).resolve().parents[2]
DBT = Path(sys.executable).with_name("dbt")
EMPTY_PROJECT = {
    "dbt_project.yml": "name: empty\nversion: 1.0.0\nprofile: empty\nflags: {send_anonymous_usage_stats: false}\n",
    "profiles.yml": "empty: {target: dev, outputs: {dev: {type: duckdb, path: empty.duckdb}}}\n",
}


def load_extraction():
    """The Python model's module."""
    path = PROJECT / "models" / "intermediate" / "int_text_skills.py"
    spec = importlib.util.spec_from_file_location("int_text_skills", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def seed(name: str) -> list[dict[str, str]]:
    """Rows of a seed."""
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def seconds(action) -> float:
    """How long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def alternate(actions: dict, runs: int) -> dict[str, list[float]]:
    """Seconds of each action, run in turn."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(runs):
        for name, action in actions.items():
            taken[name].append(seconds(action))
    return taken


def report(taken: dict[str, list[float]], base: str, megabytes: float | None = None) -> None:
    """Print medians, spread and the ratio to the base."""
    for name, values in taken.items():
        middle = statistics.median(values)
        speed = f" {megabytes / middle:8.1f} MB/s" if megabytes else ""
        ratio = (statistics.median(taken[base]) / middle) if megabytes else middle / statistics.median(taken[base])
        spread = f"{min(values):.2f} to {max(values):.2f}"
        print(f"  {name:36} {middle:7.2f} s ({spread}){speed}   x {ratio:.2f} of {base}")


def compare_extraction(count: int, runs: int) -> None:
    """Extraction against the substring loop."""
    module = load_extraction()
    skills = [row["skill"] for row in seed("ai_skills")]
    lexicon = module.compile_lexicon(
        [(r["spelling"], r["skill"] or None, r["is_case_sensitive"] == "true") for r in seed("skill_spellings")],
        [(r["spelling"], r["is_case_sensitive"] == "true") for r in seed("ai_marks")],
    )
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "TALENT_WAREHOUSE": f"{folder}/w.duckdb"}
        command = [sys.executable, PROJECT / "scripts" / "generate_postings.py", "--count", str(count)]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        with duckdb.connect(f"{folder}/w.duckdb", read_only=True) as connection:
            texts = [
                text
                for (text,) in connection.execute(
                    "select description from raw.job_postings where description <> '' order by source_row"
                ).fetchall()
            ]
    table = pa.table({"text_id": [str(n) for n in range(len(texts))], "text": texts})
    batches = table.to_batches(max_chunksize=module.BATCH_ROWS)
    megabytes = table.column("text").nbytes / 1e6

    def loop():
        for text in texts:
            lower = text.lower()
            [skill for skill in skills if skill in lower]

    def extract(threads):
        for _ in module.extract_all(iter(batches), lexicon, threads):
            pass

    print(f"skill extraction, {len(texts):,} texts, {megabytes:.0f} MB, {len(lexicon.skill_of):,} spellings")
    actions = {
        "substring loop": loop,
        "extraction, 1 thread": lambda: extract(1),
        "extraction, 2 threads": lambda: extract(2),
    }
    report(alternate(actions, runs), "substring loop", megabytes)


def compare_builds(runs: int) -> None:
    """`dbt build` on demo postings against an empty project's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in EMPTY_PROJECT.items():
            (folder / file).write_text(text)
        environment = {
            **os.environ,
            "TALENT_WAREHOUSE": str(folder / "w.duckdb"),
            "TALENT_MARTS": str(folder / "talent.duckdb"),
            "DBT_TARGET_PATH": str(folder / "our_target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        }
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "env": environment}
        subprocess.run([sys.executable, PROJECT / "scripts" / "generate_postings.py"], **quiet)
        empty_environment = {**quiet, "env": {**environment, "DBT_TARGET_PATH": str(folder / "target")}}
        actions = {
            "empty dbt build": lambda: subprocess.run([DBT, "build"], cwd=folder, **empty_environment),
            "dbt build on 2,000 demo postings": lambda: subprocess.run([DBT, "build"], cwd=PROJECT, **quiet),
        }
        alternate(actions, 1)
        print("dbt build, warm")
        report(alternate(actions, runs), "empty dbt build")


def main() -> None:
    """Read the command line and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000, help="demo postings for extraction (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each side (default: %(default)s)")
    options = parser.parse_args()
    compare_extraction(options.count, options.runs)
    compare_builds(options.runs)


if __name__ == "__main__":
    main()
