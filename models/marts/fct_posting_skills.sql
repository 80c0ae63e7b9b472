with postings as (

    select * from {{ ref('int_postings') }}

),

unnested as (

    select
        text_id,
        {{ unnest_list('mentions') }} as mention
    from {{ ref('int_text_skills') }}

),

mentions as (

    select
        text_id,
        mention['skill'] as skill,
        mention['mention_count'] as mention_count,
        mention['matched_text'] as matched_text,
        mention['position'] as position,
        mention['snippet'] as snippet
    from unnested

),

skills as (

    select * from {{ ref('ai_skills') }}

)

select
    postings.posting_id,
    mentions.skill,
    skills.category,
    postings.week_start,

    mentions.mention_count,
    mentions.matched_text,
    mentions.position,
    mentions.snippet
from mentions
inner join postings on mentions.text_id = postings.text_id
left join skills on mentions.skill = skills.skill
