{{ config(materialized='view') }}

with postings as (

    select
        *,
        coalesce(employer_id, posting_id) as voice
    from {{ ref('fct_job_postings') }}
    where
        week_start in (
            select weeks.week_start from {{ ref('dim_weeks') }} as weeks
            where weeks.is_in_bounds
        )

)

select
    posting_id,
    week_start,
    source,
    search_term,
    country_code,
    has_text,
    role_family,
    seniority_level,
    is_ai_posting,
    extracted_skills,
    voice,
    -- By the first two hex digits of a hash.
    (
        16 * (strpos('0123456789abcdef', substr(md5(voice), 1, 1)) - 1)
        + strpos('0123456789abcdef', substr(md5(voice), 2, 1)) - 1
    ) % {{ var('trend_employer_groups') }} as employer_group
from postings
