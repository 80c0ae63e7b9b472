with postings as (

    select
        posting_id,
        week_start,
        has_text,
        is_ai_posting,
        seniority_level,
        role_family,
        extracted_skills,
        {{ employer_group('employer_id', 'posting_id') }} as employer_group
    from {{ ref('fct_job_postings') }}
    where week_start in (
        select weeks.week_start from {{ ref('dim_weeks') }} as weeks
        where weeks.is_in_bounds
    )

)

{{ trend_counts('postings', ['week_start', 'employer_group'], ['week_start', 'employer_group']) }}
