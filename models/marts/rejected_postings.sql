{{ config(materialized='incremental', incremental_strategy='append') }}

with observations as (

    select
        observation_id,
        loaded_at,
        rejection_reason
    from {{ ref('int_observations') }}
    where
        rejection_reason is not null
        {% if is_incremental() %}
            and build_number > {{ kept_until() }}
        {% endif %}

),

raw_postings as (

    select
        {{ observation_id() }} as observation_id,
        *
    from {{ source('raw', 'job_postings') }}

)

select
    observations.observation_id,
    raw_postings.source_file,
    cast(raw_postings.source_row as bigint) as source_row,
    observations.rejection_reason as reason,

    raw_postings.title,
    raw_postings.company,
    raw_postings.location,
    raw_postings.description,
    raw_postings.source,
    raw_postings.url,
    raw_postings.posted_date,

    raw_postings.scraped_at,
    cast(raw_postings.loaded_at as timestamp) as loaded_at
from observations
-- The time shows which loads need not be read.
inner join raw_postings
    on
        observations.observation_id = raw_postings.observation_id
        and observations.loaded_at = cast(raw_postings.loaded_at as timestamp)
