"""The same postings, built by DuckDB and by Spark: the same marts, row for row."""

import json
from contextlib import contextmanager

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from conftest import DUCKDB_DBT, SPARK_DBT

# Where the engines could part: letters that are lowered by their neighbours or to two, marks and their compositions,
# blanks that only some regular expressions know, words beside letters of other scripts, and dates of all forms.
TEXTS = [
    "İstanbul ΟΔΟΣ ΣΟΦΙΑ",
    "Crème brûlée Ångström Łódź 한국어 हिन्दी",
    "a\u000bb\u00a0c\u200bd\ufeff e\u2028f",
    "Sr. ML/AI Engineer (m/w/d) – Zürich | Remote",
    "株式会社ab inc GmbH日本",
    "Acme B.V. Nederland",
    "Amsterdam, NH, NL",
    "Portland, OR, US",
    "HTTPS://Jobs.Example/Path/?utm_source=x&jk=1#top",
    "https://jobs.example/a//",
    "<p>Hello\n<b>World</b></p> $1 \\1 'quoted'",
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
    "",
    " ",
]
MACROS = {
    "trimmed": "{{ trimmed('t') }}",
    "text_key": "{{ text_key('t') }}",
    "title_words": "{{ title_words('t') }}",
    "url_key": "{{ url_key('t') }}",
    "date_words": "{{ date_words('t') }}",
    "comparable_text": "{{ comparable_text('t') }}",
    "hash_of": "{{ hash_of(['t', lower_case('t')]) }}",
    "absolute_date": "cast({{ absolute_date("
    "'t', date_number('t'), without_month(date_words('t')), month_of(date_words('t'))"
    ") }} as string)",
    "days_ago": "cast({{ days_ago(relative_words('t')) }} as string)",
    "word_at": "{{ words_from(split_words('t'), '2', '2') }}",
    "word_count": "cast({{ list_length(split_words('t')) }} as string)",
    "week": "cast({{ week_of(\"cast('2024-04-07' as date)\") }} as string)",
    "day_before": "cast({{ days_before(\"cast('2024-03-01' as date)\", 1) }} as string)",
    "epoch": "cast({{ epoch_date('1712346159.0') }} as string)",
    "score": "cast({{ ai_relevance_score(4, 'true') }} as string)",
    "has_letter": "cast({{ matches('t', '[\\\\p{L}\\\\p{N}]') }} as string)",
    "end": "cast({{ matches('t', 'f$') }} as string)",
}


def rows_of(engines, dbt, target, relation):
    """Results of the macros over the texts of a relation, by text."""
    columns = ", ".join(f"{expression} as {name}" for name, expression in MACROS.items())
    query = f"select n, {columns} from {relation}"
    output = engines.run(dbt, "-q", "show", "--target", target, "--inline", query, "--output", "json", "--limit", "-1")
    rows = json.loads(output[output.index("{\n") :])["show"]
    return {TEXTS[row["n"]]: {name: row[name] for name in MACROS} for row in rows}


def test_every_mart_is_equal_row_for_row(built):
    differences, rows = built.differences()
    assert not differences
    assert rows > 10_000


@contextmanager
def other_rows(built, table, rows):
    """A table of Spark's with other rows than it was built with: what is selected from its ``rows``."""
    folder = built.folder / "spark" / "warehouse" / table
    # Spark writes one file a task; the largest holds rows.
    file = max(folder.glob("*.parquet"), key=lambda path: path.stat().st_size)
    checksum = folder / f".{file.name}.crc"
    kept, kept_checksum = file.read_bytes(), checksum.read_bytes()
    try:
        duckdb.sql(f"copy (select {rows.format(rows=repr(str(file)))}) to '{file}.other' (format parquet)")
        (folder / f"{file.name}.other").replace(file)
        checksum.unlink()
        yield
    finally:
        file.write_bytes(kept)
        checksum.write_bytes(kept_checksum)


def test_a_difference_would_be_seen(built):
    with other_rows(built, "marts.db/dim_skills", "* replace (not is_core_ai as is_core_ai) from {rows}"):
        assert set(built.differences()[0]) == {"dim_skills"}


def test_the_same_tests_ran_on_both_engines(built):
    assert built.tests["duckdb"] == built.tests["spark"]
    assert len(built.tests["spark"]) > 40
    assert set(built.tests["spark"].values()) == {"pass"}


def test_a_null_where_none_may_be_stops_the_build(built):
    with other_rows(built, "seeds.db/ai_skills", "* from {rows} where skill <> 'python'"):
        build = built.start(SPARK_DBT, "--no-use-colors", "run", "--target", "spark", "--select", "fct_posting_skills")
        output, _ = build.communicate()
    assert "A null in a column that may hold none" in output and "python" in output, output
    assert build.returncode == 1


def test_macros_mean_the_same_on_both_engines(built):
    file = built.folder / "texts.parquet"
    pq.write_table(pa.table({"n": range(len(TEXTS)), "t": TEXTS}), file)
    duck = rows_of(built, DUCKDB_DBT, "duckdb", f"'{file}'")
    spark = rows_of(built, SPARK_DBT, "spark", f"parquet.`{file}`")
    assert spark == duck
    assert set(duck) == set(TEXTS)
    assert duck["Crème brûlée Ångström Łódź 한국어 हिन्दी"]["title_words"].startswith(
        "creme brulee angstrom łodz 한국어"
    )
    assert duck["April 5th, 2024"]["absolute_date"] == duck["5 Apr 2024"]["absolute_date"] == "2024-04-05"


def test_a_later_build_adds_to_the_log_of_changes(built):
    log = f"'{built.folder}/spark/warehouse/marts.db/weekly_changes/*.parquet'"
    before = duckdb.sql(f"select measure, count(*) from {log} group by all").fetchall()
    # With another rule, fewer postings count as AI.
    models = ["int_postings_scored", "fct_job_postings", "weekly_job_volume", "weekly_changes"]
    rule = ["--vars", "{ai_min_mentions: 1000}"]
    built.run(SPARK_DBT, "--no-use-colors", "run", "--target", "spark", "--select", *models, *rule)
    after = duckdb.sql(f"select measure, count(*) from {log} group by all").fetchall()
    assert dict(after)["job_count"] == dict(before)["job_count"]
    added = dict(after)["ai_job_count"] - dict(before)["ai_job_count"]
    fewer = duckdb.sql(f"select count(*) from {log} where old_value > new_value").fetchall()[0][0]
    assert added == fewer > 0
