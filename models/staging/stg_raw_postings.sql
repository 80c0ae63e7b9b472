with raw_postings as (

    -- Another loader's table, or a view, may have columns of other types.
    select
        source_file,
        cast(source_row as bigint) as source_row,
        cast(loaded_at as timestamp) as loaded_at,
        try_cast(scraped_at as timestamp) as scraped_at,
        cast(title as string) as title,
        cast(company as string) as company,
        cast(location as string) as location,
        cast(description as string) as description,
        cast(source as string) as source,
        cast(url as string) as url,
        cast(posted_date as string) as posted_date,
        cast(employment_type as string) as employment_type,
        cast(workplace as string) as workplace,
        cast(salary as string) as salary,
        cast(salary_min as string) as salary_min,
        cast(salary_max as string) as salary_max,
        cast(salary_currency as string) as salary_currency,
        cast(salary_period as string) as salary_period,
        cast(industry as string) as industry,
        cast(job_level as string) as job_level,
        cast(search_term as string) as search_term,
        cast(closing_date as string) as closing_date,
        cast(other_fields as string) as other_fields
    from {{ source('raw', 'job_postings') }}

)

select
    {{ hash_of(['source_file', 'cast(source_row as string)', 'cast(loaded_at as string)']) }} as observation_id,
    *,
    -- What tells a row that was changed in place.
    hash(
        source_row, title, company, location, description, source, url, posted_date, employment_type, workplace, salary,
        salary_min, salary_max, salary_currency, salary_period, industry, job_level, search_term, closing_date,
        other_fields, scraped_at
    ) as row_hash
from raw_postings
