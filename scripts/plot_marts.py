#!/usr/bin/env python3
"""Draw the marts: four charts as PNG and a report as one HTML page."""

from talent_demand.warehouse import run

if __name__ == "__main__":
    run("talent_demand.report.command")
