with raw_postings as (

    select * from {{ source('raw', 'job_postings') }}

)

select
    {{ observation_id() }} as observation_id,
    source_file,
    source_row,
    loaded_at,
    coalesce(scraped_at, loaded_at) as seen_at,

    {{ trimmed('title') }} as title,
    {{ trimmed('company') }} as company,
    {{ trimmed('location') }} as location,
    {{ trimmed('source') }} as source,
    {{ trimmed('url') }} as url,
    {{ trimmed('posted_date') }} as posted_date_text,
    description
from raw_postings
