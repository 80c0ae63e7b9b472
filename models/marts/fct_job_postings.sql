with joined as (

    select
        postings.*,
        titles.seniority_level,
        titles.seniority_rule,
        titles.has_ai_title,
        title_roles.role_family,
        places.country_code,
        places.region_code,
        places.city,
        terms.workplace,
        terms.employment_type,
        pay.pay_min,
        pay.pay_max,
        pay.pay_currency,
        pay.pay_period,
        pay.pay_origin,
        text_facts.language,
        coalesce(text_skills.skills, []) as extracted_skills,
        cast(len(coalesce(text_skills.skills, [])) as integer) as skill_count,
        involvement.ai_involvement,
        involvement.ai_rule,
        involvement.ai_evidence,
        involvement.core_ai_skill_count,
        involvement.ai_mention_count
    from {{ ref('int_postings') }} as postings
    inner join {{ ref('int_title_levels') }} as titles on postings.title_words = titles.title_words
    inner join {{ ref('int_title_roles') }} as title_roles on postings.title_words = title_roles.title_words
    inner join {{ ref('int_posting_terms') }} as terms on postings.posting_id = terms.posting_id
    left join {{ ref('int_places') }} as places on postings.location = places.location
    left join {{ ref('int_posting_pay') }} as pay on postings.posting_id = pay.posting_id
    left join {{ ref('int_text_facts') }} as text_facts on postings.text_id = text_facts.text_id
    inner join {{ ref('int_ai_involvement') }} as involvement on postings.posting_id = involvement.posting_id
    left join {{ ref('int_text_skills') }} as text_skills on postings.text_id = text_skills.text_id

)

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
    -- Rounded as a decimal: engines round a double's half differently.
    cast(round(cast(
        cast(least(skill_count, {{ var('score_full_skill_count') }}) as double)
        * {{ var('score_skill_weight') }} / {{ var('score_full_skill_count') }}
        + case when has_ai_title then {{ var('score_title_weight') }} else 0.0 end
        as decimal(9, 6)
    ), 2) as decimal(3, 2)) as ai_relevance_score,
    ai_involvement = 'builds' as is_ai_posting,
    ai_involvement,
    ai_rule,
    ai_evidence,
    text_id is not null as has_text,

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
from joined
