with postings as (

    select * from {{ ref('int_postings') }}

),

text_mentions as (

    select
        text_id,
        {{ unnest_list('mentions') }} as mention
    from {{ ref('int_text_skills') }}

),

skills as (

    select * from {{ ref('ai_skills') }}

)

select
    postings.posting_id,
    text_mentions.mention.skill as skill,
    skills.category,
    postings.week_start,

    text_mentions.mention.mention_count as mention_count,
    text_mentions.mention.matched_text as matched_text,
    text_mentions.mention.position as position,
    text_mentions.mention.snippet as snippet
from text_mentions
inner join postings on text_mentions.text_id = postings.text_id
left join skills on text_mentions.mention.skill = skills.skill
