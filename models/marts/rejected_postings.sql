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
from {{ ref('stg_raw_postings') }} as raw_postings
inner join {{ ref('int_observations') }} as observations
    on
        raw_postings.source_file = observations.source_file
        and raw_postings.source_row = observations.source_row
        and raw_postings.loaded_at = observations.loaded_at
where observations.rejection_reason is not null
