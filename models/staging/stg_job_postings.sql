with raw_postings as (

    select * from {{ source('raw', 'job_postings') }}

)

select
    {{ observation_id() }} as observation_id,
    source_file,
    cast(source_row as bigint) as source_row,
    cast(loaded_at as timestamp) as loaded_at,
    cast(coalesce(scraped_at, loaded_at) as timestamp) as seen_at,

    {{ trimmed('title') }} as title,
    {{ trimmed('company') }} as company,
    {{ trimmed('location') }} as location,
    {{ trimmed('source') }} as source,
    {{ trimmed('url') }} as url,
    {{ trimmed('posted_date') }} as posted_date_text,
    description
from raw_postings
