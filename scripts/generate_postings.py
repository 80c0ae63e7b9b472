#!/usr/bin/env python3
"""Generate demo postings into raw.job_postings: the same arguments give the same postings, byte for byte."""

from talent_demand.warehouse import run

if __name__ == "__main__":
    run("talent_demand.demo")
