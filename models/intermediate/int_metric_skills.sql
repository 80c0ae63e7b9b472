{{ config(materialized='view') }}

with postings as (

    select
        posting_id,
        posted_date,
        extracted_skills
    from {{ ref('fct_job_postings') }}
    where has_text

),

skills as (

    select skill
    from {{ ref('dim_skills') }}

)

select
    postings.posting_id,
    postings.posted_date,
    skills.skill,
    list_contains(postings.extracted_skills, skills.skill) as is_mentioned
from postings
cross join skills
