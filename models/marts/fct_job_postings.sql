{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_rows_changed_in(ref('int_postings'), 'posting_id') }}"
    )
}}

select
    posting_id,

    title,
    company,
    location,
    source,
    url,

    posted_date,
    is_date_estimated,
    week_start,

    seniority_level,
    seniority_rule,
    extracted_skills,
    skill_count,
    core_ai_skill_count,
    ai_mention_count,
    has_ai_title,
    ai_relevance_score,
    ai_rule is not null as is_ai_posting,
    ai_rule,
    case when ai_rule is not null then 'builds' else 'none' end as ai_involvement,
    has_text,

    employer_id,
    country_code,
    region_code,
    city,
    workplace,
    employment_type,
    pay_min,
    pay_max,
    pay_currency,
    pay_period,
    pay_origin,
    role_family,
    language,
    is_demo,
    search_term,

    observation_count,
    first_seen_at,
    last_seen_at
from {{ ref('int_postings_scored') }}
{% if is_incremental() %}
    where build_number > {{ kept_until() }}
{% endif %}
