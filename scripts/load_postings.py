#!/usr/bin/env python3
"""Load files of job postings into raw.job_postings: every record of a file becomes one row, as it came."""

from talent_demand.warehouse import run

if __name__ == "__main__":
    run("talent_demand.readers.load")
