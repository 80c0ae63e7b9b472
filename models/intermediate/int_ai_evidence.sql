{{ config(materialized='incremental', incremental_strategy='append', unique_key='text_id') }}

-- Each reader asks for few columns; what is new is found once.
with texts as {{ 'not ' if not is_incremental() }}materialized (

    select
        text_id,
        text_length,
        cues,
        mentions
    from {{ ref('int_text_skills') }}
    {% if is_incremental() %}
        -- Found by their keys alone, so that the lists of texts that are known are not read.
        where text_id in (
            select text_skills.text_id
            from {{ ref('int_text_skills') }} as text_skills
            left join {{ this }} as known on text_skills.text_id = known.text_id
            where known.text_id is null
        )
    {% endif %}

),

unnested_cues as not materialized (

    select
        text_id,
        unnest(cues) as found
    from texts

),

-- Where it is told first what is nice to have, or of other jobs.
asides as (

    select
        text_id,
        min(found['position']) as position
    from unnested_cues
    where found['cue'] = 'ai_aside'
    group by text_id

),

-- What a cue weighs for and against building AI, and which words are shown for it.
cues as (

    select
        unnested_cues.text_id,
        unnested_cues.found['cue'] as cue,
        unnested_cues.found['mention_count'] as mention_count,
        unnested_cues.found['snippet'] as snippet,
        -- What is first said behind such a heading is no evidence.
        unnested_cues.found['position'] > asides.position as is_aside,
        kinds.evidence_weight,
        kinds.hurdle_weight
    from unnested_cues
    inner join {{ ref('ai_cue_kinds') }} as kinds on unnested_cues.found['cue'] = kinds.cue
    left join asides on unnested_cues.text_id = asides.text_id

),

cue_evidence as (

    select
        text_id,
        sum(mention_count * evidence_weight) filter (where not coalesce(is_aside, false)) as evidence,
        sum(mention_count * hurdle_weight) as hurdle,
        coalesce(sum(mention_count) filter (where cue = 'ai'), 0) as ai_count,
        coalesce(sum(mention_count) filter (where cue = 'ai_modelling'), 0) as modelling_count,
        coalesce(sum(mention_count) filter (where cue = 'post'), 0) as post_count,
        coalesce(
            sum(mention_count) filter (where cue = 'ai_post' and not coalesce(is_aside, false)), 0
        ) as ai_post_count,
        coalesce(sum(mention_count) filter (where cue = 'ai_tool'), 0) as tool_count,
        coalesce(sum(mention_count) filter (where cue = 'ai_employer'), 0) as employer_count,
        coalesce(sum(mention_count) filter (where cue = 'ai_notice'), 0) as notice_count,
        max(snippet) filter (where cue = 'ai_making') as making_words,
        max(snippet) filter (where cue = 'ai_craft') as craft_words,
        max(snippet) filter (where cue = 'ai_system') as system_words,
        max(snippet) filter (where cue = 'ai_role') as role_words,
        max(snippet) filter (where cue = 'ai_post') as post_words,
        max(snippet) filter (where cue = 'ai_tool') as tool_words,
        max(snippet) filter (where cue = 'ai_employer') as employer_words,
        max(snippet) filter (where cue = 'ai_notice') as notice_words,
        max(snippet) filter (where cue = 'ai') as ai_words
    from cues
    group by text_id

),

unnested_skills as (

    select
        text_id,
        unnest(mentions) as found
    from texts

),

core_skills as (

    select
        unnested_skills.text_id,
        count(*) as skill_count,
        sum(unnested_skills.found['mention_count']) as mention_count,
        min(skills.skill) as skill
    from unnested_skills
    inner join {{ ref('ai_skills') }} as skills
        on unnested_skills.found['skill'] = skills.skill and skills.is_core_ai
    group by unnested_skills.text_id

)

select
    texts.text_id,
    texts.text_length,
    coalesce(cue_evidence.evidence, 0)
    + {{ var('ai_core_skill_weight') }} * least(coalesce(core_skills.skill_count, 0), 3) as evidence,
    coalesce(cue_evidence.hurdle, 0) as hurdle,
    cast(coalesce(core_skills.skill_count, 0) as integer) as core_skill_count,
    cast(coalesce(core_skills.mention_count, 0) as integer) as core_mention_count,
    core_skills.skill as core_skill,
    cast(coalesce(cue_evidence.ai_count, 0) as integer) as ai_count,
    cast(coalesce(cue_evidence.modelling_count, 0) as integer) as modelling_count,
    cast(coalesce(cue_evidence.post_count, 0) as integer) as post_count,
    cast(coalesce(cue_evidence.ai_post_count, 0) as integer) as ai_post_count,
    cast(coalesce(cue_evidence.tool_count, 0) as integer) as tool_count,
    cast(coalesce(cue_evidence.employer_count, 0) as integer) as employer_count,
    cast(coalesce(cue_evidence.notice_count, 0) as integer) as notice_count,
    coalesce(
        cue_evidence.making_words,
        cue_evidence.craft_words,
        cue_evidence.system_words,
        cue_evidence.role_words,
        cue_evidence.post_words
    ) as building_words,
    cue_evidence.tool_words,
    cue_evidence.employer_words,
    cue_evidence.notice_words,
    cue_evidence.ai_words
from texts
left join cue_evidence on texts.text_id = cue_evidence.text_id
left join core_skills on texts.text_id = core_skills.text_id
