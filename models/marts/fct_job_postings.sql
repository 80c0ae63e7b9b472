select
    postings.posting_id,

    postings.title,
    postings.company,
    postings.location,
    postings.source,
    postings.url,

    postings.posted_date,
    postings.is_date_estimated,
    postings.week_start,

    titles.seniority_level,
    titles.seniority_rule,
    coalesce(text_skills.skills, []) as extracted_skills,
    cast(len(coalesce(text_skills.skills, [])) as integer) as skill_count,
    involvement.core_ai_skill_count,
    involvement.ai_mention_count,
    titles.has_ai_title,
    -- Rounded as a decimal: engines round a double's half differently.
    cast(round(cast(
        cast(least(len(coalesce(text_skills.skills, [])), {{ var('score_full_skill_count') }}) as double)
        * {{ var('score_skill_weight') }} / {{ var('score_full_skill_count') }}
        + case when titles.has_ai_title then {{ var('score_title_weight') }} else 0.0 end
        as decimal(9, 6)
    ), 2) as decimal(3, 2)) as ai_relevance_score,
    involvement.ai_involvement = 'builds' as is_ai_posting,
    involvement.ai_involvement,
    involvement.ai_rule,
    involvement.ai_evidence,
    postings.text_id is not null as has_text,

    postings.employer_id,
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
    title_roles.role_family,
    text_facts.language,
    postings.is_demo,
    postings.search_term,

    postings.observation_count,
    postings.first_seen_at,
    postings.last_seen_at
from {{ ref('int_postings') }} as postings
inner join {{ ref('int_title_levels') }} as titles on postings.title_words = titles.title_words
inner join {{ ref('int_title_roles') }} as title_roles on postings.title_words = title_roles.title_words
inner join {{ ref('int_posting_terms') }} as terms on postings.posting_id = terms.posting_id
left join {{ ref('int_places') }} as places on postings.location = places.location
left join {{ ref('int_posting_pay') }} as pay on postings.posting_id = pay.posting_id
left join {{ ref('int_text_facts') }} as text_facts on postings.text_id = text_facts.text_id
inner join {{ ref('int_ai_involvement') }} as involvement on postings.posting_id = involvement.posting_id
left join {{ ref('int_text_skills') }} as text_skills on postings.text_id = text_skills.text_id
