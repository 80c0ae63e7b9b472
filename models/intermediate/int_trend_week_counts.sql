with postings as (

    select
        posting_id,
        week_start,
        has_text,
        is_ai_posting,
        seniority_level,
        role_family,
        extracted_skills,
        employer_group
    from {{ ref('int_trend_voices') }}

)

{{ trend_counts('postings', ['week_start', 'employer_group'], ['week_start', 'employer_group']) }}
