select
    {{ observation_id() }} as observation_id,
    source_file,
    cast(source_row as bigint) as source_row,
    cast(loaded_at as timestamp) as loaded_at,

    title,
    company,
    location,
    description,
    source,
    url,
    posted_date,
    employment_type,
    workplace,
    salary,
    salary_min,
    salary_max,
    salary_currency,
    salary_period,
    industry,
    job_level,
    search_term,
    closing_date,
    other_fields,
    scraped_at,

    -- Long texts are told by their length: to read them all would cost a build with nothing new as much as the rest.
    hash(
        source_row, title, company, location, source, url, posted_date, employment_type, workplace, salary, salary_min,
        salary_max, salary_currency, salary_period, industry, job_level, search_term, closing_date, scraped_at,
        length(description), length(other_fields)
    ) as row_hash
from {{ source('raw', 'job_postings') }}
