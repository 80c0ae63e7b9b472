-- LinkedIn's list, as machines read it, says a title twice and a badge behind it.
with titled as (

    select
        *,
        regexp_replace({{ trimmed('title') }}, '(?i)\s+with verification$', '') as title_told
    from {{ ref('stg_raw_postings') }}

),

halved as (

    select
        *,
        case
            when contains(substr(title_told, 6), left(title_told, 5))
                then regexp_replace(left(title_told, cast(floor(length(title_told) / 2) as integer)), '\s+$', '')
        end as title_half
    from titled

)

select
    observation_id,
    source_file,
    source_row,
    loaded_at,
    cast(coalesce(scraped_at, loaded_at) as timestamp) as seen_at,

    case
        when
            title_half is not null
            and regexp_replace(title_told, '\s+', '', 'g') = repeat(regexp_replace(title_half, '\s+', '', 'g'), 2)
            then title_half
        else title_told
    end as title,
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
from halved
