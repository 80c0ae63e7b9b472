"""The command line of charts and report."""

import argparse
from pathlib import Path

from talent_demand.report.charts import draw_charts
from talent_demand.report.marts import open_marts, readable_marts
from talent_demand.report.page import counted, render
from talent_demand.warehouse import PROJECT, write_whole


def main() -> None:
    """Draw the charts and write the report."""
    parser = argparse.ArgumentParser(description="Draw the charts and write the report from the marts.")
    parser.add_argument(
        "--out", type=Path, default=PROJECT / "data" / "charts", help="folder of the charts (data/charts)"
    )
    parser.add_argument(
        "--marts", type=Path, help="file to read ($TALENT_MARTS when it exists, otherwise $TALENT_WAREHOUSE)"
    )
    parser.add_argument("--report", type=Path, help="file of the report (report.html beside the folder of the charts)")
    options = parser.parse_args()
    path = options.marts or readable_marts()
    report = options.report or options.out.parent / "report.html"
    with open_marts(path) as connection:
        names = draw_charts(connection, options.out)
        write_whole(report, render(connection).encode())
        (count,) = connection.execute("select count(*) from marts.fct_job_postings").fetchone() or (0,)
    print(f"{options.out}: {', '.join(names)} ({counted(count, 'posting')} from {path})")
    print(f"{report}: the report")
