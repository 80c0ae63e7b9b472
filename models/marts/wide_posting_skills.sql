{#- Its rows are in the published file: to write them here too would be the dearest of all marts. -#}
{{ config(materialized='view') }}

with postings as (

    select * from {{ ref('fct_job_postings') }}

),

posting_skills as (

    select * from {{ ref('fct_posting_skills') }}

),

skills as (

    select * from {{ ref('dim_skills') }}

),

sources as (

    select * from {{ ref('dim_sources') }}

),

countries as (

    select * from {{ ref('dim_places') }}
    where place_level = 'country'

),

employers as (

    select * from {{ ref('dim_employers') }}

),

role_families as (

    select * from {{ ref('dim_role_families') }}

),

levels as (

    select * from {{ ref('dim_seniority_levels') }}

)

select
    postings.posting_id,
    skills.skill,
    skills.display_name as skill_name,
    skills.category,
    skills.edition,
    skills.parent,
    skills.is_core_ai,
    posting_skills.mention_count,

    postings.title,
    postings.source,
    sources.display_name as source_name,
    postings.search_term,
    postings.url,
    postings.posted_date,
    postings.week_start,
    postings.is_ai_posting,
    postings.ai_involvement,
    postings.seniority_level,
    levels.display_name as seniority_name,
    levels.seniority_rank,
    postings.role_family,
    role_families.display_name as role_family_name,
    postings.employer_id,
    employers.employer,
    employers.is_agency,
    postings.country_code,
    countries.country,
    postings.region_code,
    postings.city,
    postings.workplace,
    postings.employment_type,
    postings.pay_min,
    postings.pay_max,
    postings.pay_currency,
    postings.pay_period,
    postings.language,
    postings.is_demo
from posting_skills
inner join postings on posting_skills.posting_id = postings.posting_id
inner join skills on posting_skills.skill = skills.skill
left join sources on postings.source = sources.source
left join countries on postings.country_code = countries.country_code
left join employers on postings.employer_id = employers.employer_id
left join role_families on postings.role_family = role_families.role_family
left join levels on postings.seniority_level = levels.seniority_level
