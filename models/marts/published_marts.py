"""One row a mart of the published file, the copy that BI tools and the charts read."""

from talent_demand.publish import publish
from talent_demand.warehouse import marts_path


def model(dbt, session):
    """Publish every mart; see _marts__models.yml."""
    dbt.config(materialized="table")
    marts = [
        "fct_job_postings",
        "fct_posting_skills",
        "fct_posting_observations",
        "rejected_postings",
        "dim_skills",
        "dim_weeks",
        "dim_role_families",
        "dim_places",
        "weekly_job_volume",
        "weekly_skills",
        "weekly_top_skills",
        "weekly_seniority",
        "weekly_changes",
        "trend_changes",
        "collection_warnings",
    ]
    dbt.ref("fct_job_postings")
    dbt.ref("fct_posting_skills")
    dbt.ref("fct_posting_observations")
    dbt.ref("rejected_postings")
    dbt.ref("dim_skills")
    dbt.ref("dim_weeks")
    dbt.ref("dim_role_families")
    dbt.ref("dim_places")
    dbt.ref("weekly_job_volume")
    dbt.ref("weekly_skills")
    dbt.ref("weekly_top_skills")
    dbt.ref("weekly_seniority")
    dbt.ref("weekly_changes")
    dbt.ref("trend_changes")
    dbt.ref("collection_warnings")
    # Spark's marts are read from Spark itself; a file to publish is DuckDB's.
    if hasattr(session, "cursor"):
        publish(session.cursor(), marts, marts_path())
    counts = " union all ".join(f"select '{mart}' as mart, count(*) as row_count from marts.{mart}" for mart in marts)
    return session.sql(counts)
