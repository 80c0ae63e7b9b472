-- Joined while a text is one row: it has several mentions.
with posting_texts as (

    select
        postings.posting_id,
        postings.week_start,
        text_skills.mentions
    from {{ ref('int_text_skills') }} as text_skills
    inner join {{ ref('int_postings') }} as postings on text_skills.text_id = postings.text_id

),

unnested as (

    select
        posting_id,
        week_start,
        unnest(mentions) as mention
    from posting_texts

)

select
    unnested.posting_id,
    unnested.mention['skill'] as skill,
    skills.category,
    unnested.week_start,

    unnested.mention['mention_count'] as mention_count,
    unnested.mention['matched_text'] as matched_text,
    unnested.mention['position'] as position,
    unnested.mention['position'] as text_position,
    unnested.mention['snippet'] as snippet
from unnested
left join {{ ref('ai_skills') }} as skills on unnested.mention['skill'] = skills.skill
