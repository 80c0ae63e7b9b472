with postings as (

    select
        posting_id,
        text_id,
        week_start
    from {{ ref('int_postings') }}

),

-- Joined while a text is one row: it has several mentions.
posting_texts as (

    select
        postings.posting_id,
        postings.week_start,
        text_skills.mentions
    from {{ ref('int_text_skills') }} as text_skills
    inner join postings on text_skills.text_id = postings.text_id

),

unnested as (

    select
        posting_id,
        week_start,
        unnest(mentions) as mention
    from posting_texts

),

mentions as (

    select
        posting_id,
        week_start,
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
    mentions.posting_id,
    mentions.skill,
    skills.category,
    mentions.week_start,

    mentions.mention_count,
    mentions.matched_text,
    mentions.position,
    mentions.position as text_position,
    mentions.snippet
from mentions
left join skills on mentions.skill = skills.skill
