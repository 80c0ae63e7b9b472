"""One row a distinct spelling of a location: the country, region and city that it names, and how one works there."""

from talent_demand.places.model import read_new_places


def model(dbt, session):
    """Read the locations that this table does not hold; other rules or names make it anew."""
    dbt.config(
        materialized="incremental",
        incremental_strategy="append",
        unique_key="location",
        on_schema_change="sync_all_columns",
    )
    return read_new_places(dbt, session, dbt.ref("stg_job_postings"), dbt.ref("place_names"), dbt.ref("place_words"))
