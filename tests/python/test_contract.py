"""The names and types that users of the marts build on; columns are added to them, none is taken away."""

import pytest

TYPES = {
    "text": "VARCHAR",
    "int": "INTEGER",
    "big": "BIGINT",
    "double": "DOUBLE",
    "date": "DATE",
    "time": "TIMESTAMP",
    "bool": "BOOLEAN",
    "list": "VARCHAR[]",
    "score": "DECIMAL(3,2)",
}
# Columns of each table by their type.
CONTRACT = {
    "raw.job_postings": {
        # A field is text, however it is written, until staging reads it.
        "text": "title company location description source url posted_date employment_type workplace salary salary_min "
        "salary_max salary_currency salary_period industry job_level search_term closing_date source_file",
        "time": "scraped_at loaded_at",
        "big": "source_row",
    },
    "marts.fct_job_postings": {
        "text": "posting_id title company location source url seniority_level ai_involvement employer_id country_code "
        "region_code city workplace employment_type pay_currency pay_period pay_origin role_family language",
        "date": "posted_date week_start",
        "list": "extracted_skills",
        "int": "skill_count",
        "score": "ai_relevance_score",
        "bool": "has_ai_title is_ai_posting is_demo",
        "double": "pay_min pay_max",
        "big": "observation_count",
        "time": "first_seen_at last_seen_at",
    },
    "marts.fct_posting_skills": {
        "text": "posting_id skill category matched_text snippet",
        "date": "week_start",
        "int": "position text_position mention_count",
    },
    "marts.fct_posting_observations": {"text": "observation_id url source posting_id match_rule search_term"},
    "marts.rejected_postings": {
        "text": "source_file reason title company location description source url posted_date",
        "big": "source_row",
    },
    "marts.wide_posting_skills": {
        "text": "posting_id skill skill_name category edition parent title source source_name url ai_involvement "
        "seniority_level seniority_name role_family role_family_name employer_id employer country_code country "
        "region_code city workplace employment_type pay_currency pay_period language",
        "bool": "is_core_ai is_ai_posting is_agency is_demo",
        "date": "posted_date week_start",
        "int": "mention_count seniority_rank",
        "double": "pay_min pay_max",
    },
    "marts.dim_skills": {"text": "skill display_name category edition parent", "bool": "is_core_ai"},
    "marts.dim_employers": {"text": "employer_id employer", "bool": "is_agency"},
    "marts.dim_places": {
        "text": "place_id country_code region_code city country region display_name",
        "int": "sort_order",
    },
    "marts.dim_sources": {"text": "source display_name"},
    "marts.dim_days": {"date": "date_day week_start month_start quarter_start"},
    "marts.dim_weeks": {"date": "week_start", "bool": "is_complete_week"},
    "marts.dim_seniority_levels": {"text": "seniority_level display_name", "int": "rank seniority_rank"},
    "marts.dim_metrics": {"text": "metric display_name description"},
    "marts.dim_role_families": {"text": "role_family display_name", "int": "sort_order"},
    "marts.weekly_postings": {
        "date": "week_start",
        "text": "source source_name country_code country role_family role_family_name seniority_level seniority_name "
        "ai_involvement",
        "int": "seniority_rank",
        "big": "job_count text_count",
    },
    "marts.weekly_job_volume": {
        "date": "week_start",
        "big": "job_count ai_job_count expected_job_count expected_low expected_high "
        "window_job_count window_expected_count window_expected_low window_expected_high",
        "int": "window_weeks",
        "double": "ai_share",
        "bool": "is_complete_week window_is_moved",
        "text": "collection_status",
    },
    "marts.weekly_skills": {"date": "week_start", "text": "skill", "big": "count ai_count job_count ai_job_count"},
    "marts.weekly_top_skills": {
        "date": "week_start",
        "text": "skill",
        "big": "count ai_count rank job_count ai_job_count skill_rank",
    },
    "marts.weekly_seniority": {"date": "week_start", "text": "seniority_level", "big": "count job_count"},
    "marts.weekly_trends": {
        "date": "week_start",
        "text": "measure name reason",
        "double": "share low high",
        "big": "share_rank",
    },
    "marts.trend_changes": {
        "text": "measure name comparison verdict reason",
        "date": "recent_from recent_to before_from before_to",
        "big": "recent_count recent_total before_count before_total",
        "double": "recent_share before_share change_points within_points collection_points role_points within_low "
        "within_high matched_share",
    },
    "marts.weekly_ai_share_by_definition": {
        "date": "week_start",
        "text": "definition display_name",
        "big": "ai_count job_count",
        "double": "ai_share",
    },
    "marts.emerging_terms": {
        "text": "term snippet",
        "int": "term_rank",
        "big": "recent_count before_count",
        "double": "recent_share before_share",
        "bool": "is_in_taxonomy",
    },
    "marts.collection_spells": {
        "text": "kind source part message",
        "date": "first_week last_week",
        "big": "usual_count",
    },
    "marts.weekly_changes": {"date": "week_start", "text": "measure", "big": "old_value new_value"},
}


def promised(table):
    return {(name, TYPES[kind]) for kind, names in CONTRACT[table].items() for name in names.split()}


def test_public_columns_are_there_with_their_types(demo):
    found = {}
    for schema, table, column, kind in demo.query(
        "select schema_name, table_name, column_name, data_type from duckdb_columns()"
    ):
        found.setdefault(f"{schema}.{table}", set()).add((column, kind))
    for table in CONTRACT:
        assert promised(table) <= found.get(table, set()), f"{table}: {promised(table) - found.get(table, set())}"


def test_every_mart_is_in_the_contract(demo):
    marts = demo.query("select 'marts.' || table_name from information_schema.tables where table_schema = 'marts'")
    assert {name for (name,) in marts} == {name for name in CONTRACT if name.startswith("marts.")}


@pytest.mark.parametrize("table", [name for name in CONTRACT if name.startswith("marts.weekly_")])
def test_every_week_that_the_data_cover_is_in_each_weekly_mart(demo, table):
    if table.endswith("weekly_changes"):  # A log of numbers that became others; a first build changes none.
        assert demo.query(f"select count(*) from {table} where old_value is not null") == [(0,)]
        return
    weeks = f"select week_start from {table}"
    assert (
        demo.query(f"select week_start from marts.dim_weeks where is_in_bounds and week_start not in ({weeks})") == []
    )


def test_what_tools_take_for_functions_has_another_name(demo):
    columns = "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
    there = demo.query(columns)
    for table, name in demo.query(f"{columns} and column_name in ('count', 'rank')"):
        others = [other for mart, other in there if mart == table and other.endswith(f"_{name}")]
        same = ", ".join(f"bool_and({name} is not distinct from {other})" for other in others)
        assert others and any(demo.query(f"select {same} from marts.{table}")[0]), (table, name)
