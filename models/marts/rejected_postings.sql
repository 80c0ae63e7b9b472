with observations as (

    select
        observation_id,
        source_file,
        source_row,
        loaded_at,
        rejection_reason
    from {{ ref('int_observations') }}
    where rejection_reason is not null

),

raw_postings as (

    select * from {{ ref('stg_raw_postings') }}

)

select
    observations.observation_id,
    observations.source_file,
    observations.source_row,
    observations.rejection_reason as reason,

    raw_postings.title,
    raw_postings.company,
    raw_postings.location,
    raw_postings.description,
    raw_postings.source,
    raw_postings.url,
    raw_postings.posted_date,

    raw_postings.scraped_at,
    observations.loaded_at
from raw_postings
inner join observations
    on
        raw_postings.source_file = observations.source_file
        and raw_postings.source_row = observations.source_row
        and raw_postings.loaded_at = observations.loaded_at
