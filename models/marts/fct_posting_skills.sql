{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_rows_changed_in(ref('int_postings'), 'posting_id') }}"
    )
}}

with postings as (

    select
        posting_id,
        text_id,
        week_start
    from {{ ref('int_postings') }}
    {% if is_incremental() %}
        where build_number > {{ kept_until() }}
    {% endif %}

),

texts as (

    select
        text_id,
        mentions
    from {{ ref('int_text_skills') }}
    where text_id in (select postings.text_id from postings)

),

unnested as (

    select
        text_id,
        {{ unnest_list('mentions') }} as mention
    from texts

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
