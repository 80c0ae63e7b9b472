#!/usr/bin/env python3
"""Compare the project with what it replaces, in one run, and print ratios.

1. Skill extraction (the Python model's core, full lexicon, evidence included) against a notebook's substring loop
   over the same skills, on the same demo texts: megabytes of text a second.
2. The same through `dbt run`, the texts read from a warehouse and the answers written to it.
3. `dbt build` on the demo postings against `dbt build` of an empty project with the same dbt: seconds.

Measurements alternate, so that a busy moment of the machine hits both sides; printed are medians and their spread.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pyarrow as pa

from talent_demand.skills.evidence import extract_all
from talent_demand.skills.model import BATCH_ROWS, seed_lexicon

PROJECT = Path(__file__).resolve().parents[2]
DBT = Path(sys.executable).with_name("dbt")
EMPTY_PROJECT = {
    "dbt_project.yml": "name: empty\nversion: 1.0.0\nprofile: empty\nflags: {send_anonymous_usage_stats: false}\n",
    "profiles.yml": "empty: {target: dev, outputs: {dev: {type: duckdb, path: empty.duckdb}}}\n",
}
LOOP_PROJECT = {
    "dbt_project.yml": "name: loop\nversion: 1.0.0\nprofile: loop\nflags: {send_anonymous_usage_stats: false}\n",
    "profiles.yml": "loop: {target: dev, outputs: {dev: {type: duckdb, path: w.duckdb}}}\n",
    "models/sources.yml": "sources: [{name: intermediate, tables: [{name: int_texts}]}]\n",
}
LOOP_MODEL = """
SKILLS = {skills}


def model(dbt, session):
    dbt.config(materialized="table")
    texts = dbt.source("intermediate", "int_texts").df()
    texts["skills"] = [[skill for skill in SKILLS if skill in text] for text in texts["text"].str.lower()]
    return texts[["text_id", "skills"]]
"""


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


def report(title: str, taken: dict[str, list[float]], base: str, megabytes: float | None = None) -> dict:
    """Print medians, spread and the ratio of each run to the base's run beside it; return them.

    With ``megabytes`` the ratio is one of speeds, without one of times.
    """
    print(title)
    result = {}
    for name, values in taken.items():
        ratios = [ours / theirs for ours, theirs in zip(values, taken[base], strict=True)]
        if megabytes:
            ratios = [1 / ratio for ratio in ratios]
        middle, ratio = statistics.median(values), statistics.median(ratios)
        speed = f" {megabytes / middle:8.1f} MB/s" if megabytes else ""
        spread = f"({min(values):.2f} to {max(values):.2f})"
        print(
            f"  {name:36} {middle:7.2f} s {spread:18}{speed}   x {ratio:.2f} of {base}"
            f" ({min(ratios):.2f} to {max(ratios):.2f})"
        )
        result[name] = {"seconds": values, "ratios": ratios, "base": base}
    return {title: result}


def make_texts(count: int, environment: dict[str, str]) -> None:
    """Make a warehouse of demo postings with about 1.5 KB of text each: one text and the beginning of the next."""
    command = [sys.executable, PROJECT / "scripts" / "generate_postings.py", "--count", str(count)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    with duckdb.connect(environment["TALENT_WAREHOUSE"]) as connection:
        connection.execute(
            """
            create or replace table raw.job_postings as
            select
                * replace (concat(description, left(lead(description) over by_row, 450)) as description)
            from raw.job_postings
            window by_row as (order by source_row)
            """
        )


def compare_extraction(count: int, runs: int) -> dict:
    """The model's core against the substring loop, in one process."""
    skills = [row["skill"] for row in seed("ai_skills")]
    lexicon = seed_lexicon()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "TALENT_WAREHOUSE": f"{folder}/w.duckdb"}
        make_texts(count, environment)
        with duckdb.connect(f"{folder}/w.duckdb", read_only=True) as connection:
            texts = [
                text
                for (text,) in connection.execute(
                    "select description from raw.job_postings where description <> '' order by source_row"
                ).fetchall()
            ]
    table = pa.table({"text_id": [str(n) for n in range(len(texts))], "text": texts})
    batches = table.to_batches(max_chunksize=BATCH_ROWS)
    megabytes = table.column("text").nbytes / 1e6

    def loop():
        for text in texts:
            lower = text.lower()
            [skill for skill in skills if skill in lower]

    def extract(threads):
        for _ in extract_all(iter(batches), lexicon, threads):
            pass

    actions = {
        "substring loop": loop,
        "extraction, 1 thread": lambda: extract(1),
        "extraction, 2 threads": lambda: extract(2),
    }
    title = f"skill extraction, {len(texts):,} texts, {megabytes:.0f} MB, {len(lexicon.forms.length):,} spellings"
    return report(title, alternate(actions, runs), "substring loop", megabytes)


def compare_extraction_by_dbt(count: int, runs: int) -> dict:
    """`dbt run` of the model against `dbt run` of the substring loop over a pandas frame, on the same texts.

    Measured is what dbt says the model took; dbt's own start is on both sides the same and left out. The cores that a
    run may use are set where the system can (Linux).
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        warehouse = folder / "w.duckdb"
        environment = {
            **os.environ,
            "TALENT_WAREHOUSE": str(warehouse),
            "TALENT_MARTS": str(folder / "talent.duckdb"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        make_texts(count, environment)
        (folder / "models").mkdir()
        for file, text in LOOP_PROJECT.items():
            (folder / file).write_text(text)
        skills = [row["skill"] for row in seed("ai_skills")]
        (folder / "models" / "loop.py").write_text(LOOP_MODEL.format(skills=skills))

        def dbt(project, cores, *command):
            limit = getattr(os, "sched_setaffinity", None)
            subprocess.run(
                [DBT, "--quiet", *command],
                cwd=project,
                env={**environment, "DBT_TARGET_PATH": str(folder / f"target_{project.name}")},
                stdout=subprocess.DEVNULL,
                check=True,
                preexec_fn=limit and (lambda: limit(0, cores)),
            )

        def node_seconds(project, cores, model):
            dbt(project, cores, "run", "--full-refresh", "--select", model)
            results = json.loads((folder / f"target_{project.name}" / "run_results.json").read_text())["results"]
            return next(node["execution_time"] for node in results if node["unique_id"].endswith(model))

        all_cores = list(range(min(2, os.cpu_count() or 1)))
        dbt(PROJECT, all_cores, "build", "--select", "+int_text_skills", "--exclude-resource-type", "test", "unit_test")
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            texts, size = connection.execute(
                "select count(*), sum(strlen(text)) from intermediate.int_texts"
            ).fetchall()[0]
        taken: dict[str, list[float]] = {}
        for _ in range(runs):
            for side, arguments in {
                "substring loop": (folder, all_cores[:1], "loop"),
                "int_text_skills, 1 core": (PROJECT, all_cores[:1], "int_text_skills"),
                "int_text_skills, 2 cores": (PROJECT, all_cores, "int_text_skills"),
            }.items():
                taken.setdefault(side, []).append(node_seconds(*arguments))
    title = f"skill extraction by dbt run, {texts:,} texts, {size / 1e6:.0f} MB"
    return report(title, taken, "substring loop", size / 1e6)


def compare_builds(runs: int) -> dict:
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
        return report("dbt build, warm", alternate(actions, runs), "empty dbt build")


def main() -> None:
    """Read the command line and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--count", type=int, default=20_000, help="demo postings for extraction; ten times as many through dbt"
    )
    parser.add_argument(
        "--json", type=Path, default=PROJECT / "data" / "benchmark.json", help="where results go (default: %(default)s)"
    )
    parser.add_argument("--runs", type=int, default=5, help="runs of each side (default: %(default)s)")
    options = parser.parse_args()
    results = compare_extraction(options.count, options.runs)
    results |= compare_extraction_by_dbt(10 * options.count, options.runs)
    results |= compare_builds(options.runs)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
