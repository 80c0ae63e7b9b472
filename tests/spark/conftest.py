"""The project built from the same raw postings by DuckDB and by Spark."""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parents[2]
DUCKDB_DBT = Path(sys.executable).with_name("dbt")
SPARK_DBT = PROJECT / os.environ.get("DBT_SPARK", ".venv-spark/bin/dbt")
# More files to build on both engines, beside the demo postings.
PARITY_FILES = shlex.split(os.environ.get("PARITY_FILES", ""))
# Where the engines could part: letters that are lowered by their neighbours or to two, marks and their compositions,
# blanks that only some regular expressions know, words beside letters of other scripts, forms of dates and addresses.
TEXTS = [
    "İstanbul ΟΔΟΣ ΣΟΦΙΑ",
    "Crème brûlée Ångström Łódź 한국어 हिन्दी",
    "a\u000bb\u00a0c\u200bd\ufeff e\u2028f",
    "Sr. ML/AI Engineer (m/w/d) – Zürich | Remote",
    "junior to mid Data Scientist, junior to mid Analyst",
    "株式会社ab inc GmbH日本",
    "Acme B.V. Nederland",
    "Amsterdam, NH, NL",
    "Portland, OR, US",
    "Jobs via Dice | ACME – AI",
    "HTTPS://Jobs.Example/Path/?utm_source=x&jk=1#top",
    "https://jobs.example/a//",
    "<p>Hello\n<b>World</b></p> $1 \\1 'quoted' Python, PyTorch and LLM agents. 100k€",
    "2024-04-05",
    "2024-02-30",
    "5 Apr 2024",
    "April 5th, 2024",
    "20240405",
    "1712346159",
    "45387",
    "04/25/2024",
    "3 days ago",
    "gisteren",
    "nan",
    "",
    " ",
]
# Of these columns, the build's own time says nothing of the answers.
NOT_COMPARED = {"changed_at"}


class BothEngines:
    """One set of raw postings, the project built from it by DuckDB and by Spark."""

    def __init__(self, folder):
        """Keep everything that is built in ``folder``."""
        self.folder = folder
        # Status of each data test, by engine.
        self.tests = {}
        self.environment = {
            **os.environ,
            "TALENT_WAREHOUSE": str(folder / "warehouse.duckdb"),
            "TALENT_MARTS": str(folder / "talent.duckdb"),
            "TALENT_RAW": str(folder / "raw"),
            "TALENT_SPARK": str(folder / "spark"),
            "SPARK_CONF_DIR": str(folder / "conf"),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        self.configure(**{"spark.master": "local[2]", "spark.driver.memory": "2g"})

    def configure(self, **settings):
        """Write spark-defaults.conf: these settings, and few partitions for small data."""
        common = {
            "spark.sql.shuffle.partitions": 4,
            "spark.ui.enabled": "false",
            "spark.driver.extraJavaOptions": f"-Dderby.stream.error.file={self.folder}/derby.log",
        }
        (self.folder / "conf").mkdir(exist_ok=True)
        lines = [f"{name} {value}\n" for name, value in (common | settings).items()]
        (self.folder / "conf" / "spark-defaults.conf").write_text("".join(lines))

    def start(self, *command):
        """Start a command in the project's folder; target folders of the engines do not meet."""
        target = "target_spark" if command[0] == SPARK_DBT else "target"
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=PROJECT,
            env={**self.environment, "DBT_TARGET_PATH": str(self.folder / target)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *command):
        """Run a command to its end; returns its output."""
        process = self.start(*command)
        output, _ = process.communicate()
        assert process.returncode == 0, output
        return output

    def load(self, files=()):
        """Demo postings, each of TEXTS in each field, and files, into the warehouse; built by DuckDB and exported."""
        self.run(sys.executable, "scripts/generate_postings.py", "--count", "400")
        texts = self.folder / "texts.csv"
        with texts.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            fields = ("title", "company", "location", "description", "url", "posted_date", "salary", "employment_type")
            rows.writerow(fields)
            # Shifted by another number in each field, each text stands beside others.
            for place in range(len(TEXTS)):
                rows.writerow(TEXTS[(place + number * number) % len(TEXTS)] for number in range(len(fields)))
        self.run(sys.executable, "scripts/load_postings.py", texts, "--source", "texts")
        if files:
            self.run(sys.executable, "scripts/load_postings.py", *files)
        self.run(DUCKDB_DBT, "build")
        self.tests["duckdb"] = self.test_results("target")
        self.run(DUCKDB_DBT, "run-operation", "export_raw")

    def test_results(self, target):
        """Status of the data tests of the last build into a target folder."""
        results = json.loads((self.folder / target / "run_results.json").read_text())["results"]
        return {one["unique_id"]: one["status"] for one in results if one["unique_id"].startswith("test.")}

    def differences(self):
        """Rows that only one engine has, by mart, and the number of rows of all marts."""
        found, rows = {}, 0
        with duckdb.connect(str(self.folder / "warehouse.duckdb"), read_only=True) as connection:
            marts = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
            for (mart,) in marts:
                spark = f"read_parquet('{self.folder}/spark/warehouse/marts.db/{mart}/*.parquet')"
                described = connection.execute(f"describe marts.{mart}").fetchall()
                types = [(name, kind) for name, kind, *_ in described]
                assert types == [
                    (name, kind) for name, kind, *_ in connection.execute(f"describe from {spark}").fetchall()
                ]
                columns = ", ".join(f'"{name}"' for name, _ in types if name not in NOT_COMPARED)
                ours, theirs = f"select {columns} from marts.{mart}", f"select {columns} from {spark}"
                only = [
                    connection.execute(f"{one} except all {other}").fetchall()
                    for one, other in ((ours, theirs), (theirs, ours))
                ]
                if any(only):
                    found[mart] = only
                rows += connection.execute(f"select count(*) from {spark}").fetchall()[0][0]
        return found, rows


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Demo postings and PARITY_FILES, built by both engines."""
    engines = BothEngines(tmp_path_factory.mktemp("engines"))
    engines.load(PARITY_FILES)
    (told,) = re.findall(r"^\.venv-spark/bin/dbt (.+)$", (PROJECT / "docs" / "spark.md").read_text(), re.MULTILINE)
    engines.run(SPARK_DBT, "--no-use-colors", *shlex.split(told))
    engines.tests["spark"] = engines.test_results("target_spark")
    return engines
