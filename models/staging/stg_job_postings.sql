select
    observation_id,
    source_file,
    source_row,
    loaded_at,
    cast(coalesce(scraped_at, loaded_at) as timestamp) as seen_at,

    {{ trimmed('title') }} as title,
    {{ trimmed('company') }} as company,
    {{ trimmed('location') }} as location,
    {{ trimmed('source') }} as source,
    {{ trimmed('url') }} as url,
    {{ trimmed('posted_date') }} as posted_date_text,
    {{ trimmed('employment_type') }} as employment_type,
    {{ trimmed('workplace') }} as workplace,
    {{ trimmed('salary') }} as salary,
    {{ trimmed('salary_min') }} as salary_min,
    {{ trimmed('salary_max') }} as salary_max,
    {{ trimmed('salary_currency') }} as salary_currency,
    {{ trimmed('salary_period') }} as salary_period,
    {{ trimmed('industry') }} as industry,
    {{ trimmed('job_level') }} as job_level,
    {{ trimmed('search_term') }} as search_term,
    {{ trimmed('closing_date') }} as closing_date,
    other_fields,
    description,

    row_hash
from {{ ref('stg_raw_postings') }}
