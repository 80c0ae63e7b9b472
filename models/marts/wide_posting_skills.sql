{#- Its rows are in the published file: to write them here too would be the dearest of all marts. -#}
{{ config(materialized='view') }}

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
from {{ ref('fct_posting_skills') }} as posting_skills
inner join {{ ref('fct_job_postings') }} as postings on posting_skills.posting_id = postings.posting_id
inner join {{ ref('dim_skills') }} as skills on posting_skills.skill = skills.skill
left join {{ ref('dim_sources') }} as sources on postings.source = sources.source
left join {{ ref('dim_places') }} as countries
    on postings.country_code = countries.country_code and countries.place_level = 'country'
left join {{ ref('dim_employers') }} as employers on postings.employer_id = employers.employer_id
left join {{ ref('dim_role_families') }} as role_families on postings.role_family = role_families.role_family
left join {{ ref('dim_seniority_levels') }} as levels on postings.seniority_level = levels.seniority_level
