"""One row a text: the skills and cues that it mentions, and for each the words that say so."""

from talent_demand.skills.model import read_new_texts


def model(dbt, session):
    """Read the texts that this table does not hold."""
    dbt.config(
        materialized="incremental",
        incremental_strategy="append",
        unique_key="text_id",
        on_schema_change="sync_all_columns",
    )
    cues = [dbt.ref("ai_cues"), dbt.ref("work_cues")]
    sources = dbt.ref("int_postings"), dbt.ref("int_observations"), dbt.ref("stg_job_postings")
    longest = dbt.config.meta_get("text_max_characters")
    words = dbt.ref("int_spellings"), cues, dbt.ref("word_classes")
    return read_new_texts(dbt, session, dbt.ref("int_texts"), sources, longest, *words)
