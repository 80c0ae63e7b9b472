#!/usr/bin/env python3
"""Write every mart as a Parquet and as a CSV file, for tools that open no DuckDB file."""

from talent_demand.warehouse import run

if __name__ == "__main__":
    run("talent_demand.export")
