"""What DuckDB makes of an expression, Spark makes of its translation."""

import datetime

import duckdb
import pytest
from dbt.adapters.sparksession.translation import SESSION_FUNCTIONS, translate, translate_in_steps
from pyspark.sql import SparkSession

# Where the engines could part: letters that are lowered by their neighbours or to two, marks and their compositions,
# blanks that only some regular expressions know, words beside letters of other scripts, ends of lines.
TEXTS = [
    "İstanbul ΟΔΟΣ ΣΟΦΙΑ",
    "Crème brûlée Ångström Łódź 한국어 हिन्दी",
    "a\u000bb\u00a0c\u200bd\ufeff e\u2028f",
    "Sr. ML/AI Engineer (m/w/d) – Zürich | Remote",
    "株式会社ab inc GmbH日本",
    "ab\nAB ab\r\n",
    "$5 and 5€ [ab] \\1 'ab' && ^",
    "https://jobs.example/a//?x=1",
    "2024-04-05",
    "",
    " ",
    None,
]
# Of each rule of the translation, expressions on a text t and its number n.
EXPRESSIONS = [
    # The first match, and all.
    r"regexp_replace(t, '([a-z])([a-z])', '\2\1')",
    r"regexp_replace(t, '([a-z])([a-z])', '<\0>$')",
    r"regexp_replace(t, '([a-z])([a-z])', '\2\1', 'g')",
    r"regexp_replace(t, '^|a*$', '#')",
    r"regexp_replace(regexp_replace(t, 'a', 'b'), 'b$', 'c', 'g')",
    # Patterns: ends, edges of words, sets, letters of either case, characters without a shape.
    r"regexp_matches(t, 'f$')",
    r"regexp_matches(t, '[$€]')",
    r"regexp_matches(t, '[[&^]')",
    r"regexp_matches(t, 'e.f|b.A')",
    r"regexp_replace(t, '\bab\b', '_', 'g')",
    r"regexp_replace(t, '(?i)é|ł|ab', '_', 'g')",
    r"regexp_replace(t, '(?i:É)d?', '_', 'g')",
    r"regexp_replace(t, '[\s\p{Z}\p{C}]+', '_', 'g')",
    r"regexp_replace(t, '\p{C}+', '_', 'g')",
    r"regexp_replace(t, '[^\p{L}\p{N}]+', '_', 'g')",
    # Patterns in parts, the last of them made in the query.
    r"regexp_matches(t, '(?i)a' || 'B' || '$')",
    r"regexp_matches(t, '(?i)\b' || case when n % 2 = 0 then 'ab' else 'zürich' end || '\b')",
    r"regexp_replace(t, '(?i)\b' || case when n % 2 = 0 then 'ab' else 'e' end || '|$', '<\0>')",
    r"regexp_replace(t, '(?i)\b(?:' || case when n % 2 = 0 then 'ab' else 'e' end || ')\b', '_', 'g')",
    # What is extracted.
    r"regexp_extract(t, '[0-9]+')",
    r"regexp_extract(t, '([0-9])([0-9])', 2)",
    r"regexp_extract(regexp_extract(t, '\b[a-z].*'), '.$')",
    r"array_to_string(regexp_extract_all(t, '[a-z]+'), '+')",
    # Lists.
    r"string_split(t, ' ')[2]",
    r"list_max(list_filter(string_split_regex(t, '[.!?:;|*<>\n][^\p{L}]*'), lambda part: length(part) >= 2))",
    r"coalesce(string_split(t, ' ')[n - n], t)",
    r"string_split(t, ' ')[len(string_split(t, ' '))]",
    r"array_to_string(list_intersect(list_intersect(string_split(t, ' '), ['a', 'ab', 'and']), ['ab']), '+')",
    r"len(list_concat(string_split(t, ' '), string_split(t, 'a')))",
    r"len(list_distinct(list_transform(string_split(t, ' '), lambda word: hash(word))))",
    r"case when t is not null then hash(t) & 4294967295 = hash(t) end",
    r"array_to_string(list_filter(['a', 'ab'], lambda word: contains(' ' || t || ' ', word)), '+')",
    r"list_bit_or(list_transform(string_split(t, ' '), lambda word: cast(1 as bigint) << length(word)))",
    r"list_bit_or(list_filter([n], lambda number: number > 3))",
    # Letters.
    r"lower(t)",
    r"upper(lower(t))",
    r"strip_accents(t)",
    r"lower(strip_accents(t))",
    # Numbers.
    r"1.0 * n / 3",
    r"10.25 / (n + 1) / 7",
    r"100 * n / (n + 1) - n // 2",
    # Dates.
    r"cast(date '2024-03-01' - cast(n as integer) as text)",
    r"cast(cast(date '2024-03-01' - interval 1 day as date) as text)",
    r"date '2024-03-11' - cast(date_trunc('week', date '2024-03-11' - cast(n as integer)) as date)",
]
# Whole queries on texts.
QUERIES = [
    # A table expression that several read, also inside another query.
    "with a as (select n from texts), b as (select n from a where n > 3) "
    "select one.n, other.n from b as one inner join b as other on one.n < other.n inner join a on a.n = one.n "
    "order by one.n, other.n",
    "select * from (with a as materialized (select n from texts) select a.n from a inner join a as b using (n)) as c "
    "order by n",
    "select n % 3 as part, array_agg(t order by t) as list from texts where t is not null group by n % 3 order by part",
    "select cast(unnest(generate_series(1, 3)) as integer) as number order by number",
    "select n, median(n % 5) over (order by n rows between 2 preceding and 1 preceding) as m from texts order by n",
    "select n from texts qualify row_number() over (partition by n % 2 order by n desc) = 1 order by n",
]


@pytest.fixture(scope="session")
def engines(tmp_path_factory):
    """A table of the texts in both engines."""
    folder = tmp_path_factory.mktemp("texts")
    duck = duckdb.connect()
    duck.execute("create table texts as select unnest($1) as t, unnest(range(len($1))) as n", [TEXTS])
    duck.execute(f"copy texts to '{folder}/texts.parquet' (format parquet)")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.warehouse.dir": str(folder),
        "spark.sql.catalogImplementation": "in-memory",
    }
    builder = SparkSession.builder.master("local[1]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    for function in SESSION_FUNCTIONS.values():
        spark.sql(function)
    spark.read.parquet(f"{folder}/texts.parquet").createOrReplaceTempView("texts")
    yield duck, spark
    spark.stop()


def answers(engines, query):
    """Rows of both engines; a count of days is a number."""
    duck, spark = engines
    plain = [tuple(row) for row in spark.sql(translate(query)).collect()]
    return duck.sql(query).fetchall(), [
        tuple(value.days if isinstance(value, datetime.timedelta) else value for value in row) for row in plain
    ]


@pytest.fixture(scope="session")
def columns(engines):
    """What both engines make of each expression, in the order of the texts."""
    selected = ", ".join(f"{expression} as answer_{number}" for number, expression in enumerate(EXPRESSIONS))
    ours, theirs = answers(engines, f"select {selected} from texts order by n")
    return dict(zip(EXPRESSIONS, zip(zip(*ours, strict=True), zip(*theirs, strict=True), strict=True), strict=True))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_means_the_same(columns, expression):
    ours, theirs = columns[expression]
    assert theirs == ours
    # Nulls or one answer for all texts would say nothing of the translation.
    assert len(set(ours)) > 1 or "date" in expression


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_means_the_same(engines, query):
    ours, theirs = answers(engines, query)
    assert theirs == ours
    assert ours


def test_what_java_would_read_otherwise_is_refused():
    for query in (
        "select regexp_matches(t, p) from texts",
        "select regexp_replace(t, 'a', p) from texts",
        "select array_agg(t order by n) from texts",
    ):
        with pytest.raises(ValueError):
            translate(query)


def test_what_would_be_copied_many_times_is_made_first(engines):
    duck, spark = engines
    # Each reads the one before it twice: 2 ** 12 copies.
    rounds = ", ".join(f"r{n} as (select l.n from r{n - 1} as l inner join r{n - 1} using (n))" for n in range(1, 13))
    query = f"with lone as (select n from texts), r0 as (select n from lone), {rounds} select n from r12 order by n"
    steps, last = translate_in_steps(query, "made_")
    assert 1 < len(steps) < 12
    for name, step in steps.items():
        spark.sql(f"create table {name} using parquet as {step}")
    assert [tuple(row) for row in spark.sql(last).collect()] == duck.sql(query).fetchall()
    assert translate_in_steps("with a as (select 1 as x) select x from a union all select x from a", "made_")[0] == {}
