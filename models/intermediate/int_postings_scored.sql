with postings as (

    select * from {{ ref('int_postings') }}

),

titles as (

    select * from {{ ref('int_titles') }}

),

text_skills as (

    select
        text_id,
        skills,
        {{ list_length('skills') }} as skill_count
    from {{ ref('int_text_skills') }}

),

core_skills as (

    select {{ sorted_list('skill') }} as skills
    from {{ ref('ai_skills') }}
    where is_core_ai

),

joined as (

    select
        postings.*,
        titles.seniority_level,
        titles.seniority_rule,
        titles.has_ai_title,
        coalesce(text_skills.skills, {{ empty_list() }}) as extracted_skills,
        cast(coalesce(text_skills.skill_count, 0) as integer) as skill_count,
        cast(
            {{ list_length(list_intersection('text_skills.skills', 'core_skills.skills')) }} as integer
        ) as core_ai_skill_count
    from postings
    inner join titles on postings.title_words = titles.title_words
    cross join core_skills
    left join text_skills on postings.text_id = text_skills.text_id

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
    has_ai_title,
    {{ ai_relevance_score('skill_count', 'has_ai_title') }} as ai_relevance_score,
    has_ai_title or core_ai_skill_count >= 2 as is_ai_posting,
    text_id is not null as has_text,

    observation_count,
    first_seen_at,
    last_seen_at
from joined
