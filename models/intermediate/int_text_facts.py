"""One row a text, and a field that may state pay: the pay that it states and the text's language."""

from talent_demand.fields.model import read_new_facts


def model(dbt, session):
    """Read the texts that this table does not hold."""
    dbt.config(
        materialized="incremental",
        incremental_strategy="append",
        unique_key="text_id",
        on_schema_change="sync_all_columns",
    )
    sources = dbt.ref("int_postings"), dbt.ref("int_observations"), dbt.ref("stg_job_postings")
    seeds = dbt.ref("currencies"), dbt.ref("pay_words"), dbt.ref("language_words")
    longest = dbt.config.meta_get("text_max_characters")
    return read_new_facts(dbt, session, dbt.ref("int_fact_texts"), sources, longest, *seeds)
