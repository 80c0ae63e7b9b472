#!/usr/bin/env python3
"""Compare loading a CSV file with DuckDB's own reader on the same file, and print the ratio.

The program writes a file of demo postings of the wanted size, once with the descriptions' line breaks and once with
blanks in their place, for DuckDB's parallel reader takes only the latter. Runs alternate, so that a busy moment of the
machine hits both sides; printed are medians of wall and processor time, with their spread, and the most memory that a
load took. The ratio is the speed of the load as a share of the reader's: 1 is as fast, 0.5 takes twice the time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
READ = """
import duckdb, sys
table, file, options = sys.argv[1:]
duckdb.connect(table).execute(
    f"create table postings as select * from read_csv('{file}', all_varchar = true{options})"
).close()
"""
WRITE = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
for path, text in zip(sys.argv[2:], ("replace(description, chr(10), ' ')", "description")):
    connection.execute(
        f"copy (select title, company, location, {text} as description, source as site, url, posted_date as date "
        f"from raw.job_postings order by source_row) to '{path}'"
    )
"""


def measure(command: list[str], environment: dict[str, str]) -> tuple[float, float, int]:
    """Wall seconds, processor seconds and peak memory in MB of a command."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    unit = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit // 1_000_000


def write_files(folder: Path, megabytes: int) -> dict[str, Path]:
    """Files of demo postings of about this size each, without and with line breaks in fields."""
    environment = {**os.environ, "TALENT_WAREHOUSE": str(folder / "demo.duckdb")}
    files = {"one line a record": folder / "lines.csv", "line breaks in fields": folder / "breaks.csv"}
    count = str(max(megabytes * 820, 2000))
    measure([sys.executable, "scripts/generate_postings.py", "--count", count], environment)
    # In processes of their own: what this one ever held would count as memory of those that it starts.
    measure([sys.executable, "-c", WRITE, str(folder / "demo.duckdb"), *map(str, files.values())], environment)
    (folder / "demo.duckdb").unlink()
    return files


def compare(megabytes: int, runs: int) -> None:
    """Write the files, run both sides in turn, and print."""
    with tempfile.TemporaryDirectory(prefix="bench-load-") as name:
        folder = Path(name)
        for kind, path in write_files(folder, megabytes).items():
            options = ", parallel = false" if path.name == "breaks.csv" else ""
            warehouse = folder / "warehouse.duckdb"
            environment = {**os.environ, "TALENT_WAREHOUSE": str(warehouse)}
            sides = {
                f"read_csv(all_varchar{options})": [sys.executable, "-c", READ, str(warehouse), str(path), options],
                "load_postings.py": [sys.executable, "scripts/load_postings.py", str(path)],
            }
            taken: dict[str, list[tuple[float, float, int]]] = {side: [] for side in sides}
            for _ in range(runs):
                for side, command in sides.items():
                    warehouse.unlink(missing_ok=True)
                    taken[side].append(measure(command, environment))
            warehouse.unlink(missing_ok=True)
            print(f"{kind}, {path.stat().st_size / 1e6:,.0f} MB, {runs} runs")
            medians = {}
            for side, values in taken.items():
                walls, cpus, memory = zip(*values, strict=True)
                medians[side] = statistics.median(walls), statistics.median(cpus)
                print(
                    f"  {side:40} {medians[side][0]:6.1f} s ({min(walls):.1f} to {max(walls):.1f})   "
                    f"processor {medians[side][1]:6.1f} s ({min(cpus):.1f} to {max(cpus):.1f})   {max(memory):,} MB"
                )
            ratios = [f"{reader / load:.2f}" for reader, load in zip(*medians.values(), strict=True)]
            print(f"  speed of the load: {ratios[0]} of the reader's, {ratios[1]} by processor time")


def main() -> None:
    """Read the command line and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1000, help="size of each file (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each side (default: %(default)s)")
    options = parser.parse_args()
    compare(options.megabytes, options.runs)


if __name__ == "__main__":
    main()
