{{ config(materialized='view') }}

select
    postings.posting_id,
    postings.posted_date,
    skills.skill,
    list_contains(postings.extracted_skills, skills.skill) as is_mentioned
from {{ ref('fct_job_postings') }} as postings
cross join {{ ref('dim_skills') }} as skills
where postings.has_text
