with postings as (

    select
        posting_id,
        title_words,
        text_id
    from {{ ref('int_postings') }}

),

title_levels as (

    select * from {{ ref('int_title_levels') }}

),

title_roles as (

    select * from {{ ref('int_title_roles') }}

),

texts as (

    select
        text_id,
        text_length,
        cues,
        mentions
    from {{ ref('int_text_skills') }}

),

unnested_cues as (

    select
        text_id,
        unnest(cues) as found
    from texts

),

-- What a cue weighs for and against building AI, and which words are shown for it.
cues as (

    select
        unnested_cues.text_id,
        unnested_cues.found['cue'] as cue,
        unnested_cues.found['mention_count'] as mention_count,
        unnested_cues.found['snippet'] as snippet,
        -- What is first said behind a heading of what is nice to have, or of other jobs, is no evidence.
        unnested_cues.found['position'] > min(
            case when kinds.cue = 'ai_aside' then unnested_cues.found['position'] end
        ) over (partition by unnested_cues.text_id) as is_aside,
        kinds.evidence_weight,
        kinds.hurdle_weight
    from unnested_cues
    inner join {{ ref('ai_cue_kinds') }} as kinds on unnested_cues.found['cue'] = kinds.cue

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

),

read as (

    select
        postings.posting_id,
        title_levels.has_ai_role_title,
        coalesce(list_contains({{ var('ai_other_trades') }}, title_roles.role_family), false) as is_other_trade,
        coalesce(title_roles.role_family = 'data_science', false) as is_data_science,
        coalesce(texts.text_length, 0) as text_length,
        coalesce(cue_evidence.evidence, 0)
        + {{ var('ai_core_skill_weight') }} * least(coalesce(core_skills.skill_count, 0), 3) as evidence,
        coalesce(cue_evidence.hurdle, 0)
        + least(
            greatest(coalesce(texts.text_length, 0) / 1000, {{ var('ai_hurdle_least') }}), {{ var('ai_hurdle_most') }}
        ) as hurdle,
        coalesce(core_skills.skill_count, 0) as core_skill_count,
        coalesce(core_skills.mention_count, 0) as core_mention_count,
        core_skills.skill as core_skill,
        coalesce(cue_evidence.ai_count, 0) as ai_count,
        coalesce(cue_evidence.modelling_count, 0) as modelling_count,
        coalesce(cue_evidence.post_count, 0) as post_count,
        coalesce(cue_evidence.ai_post_count, 0) as ai_post_count,
        coalesce(cue_evidence.tool_count, 0) as tool_count,
        coalesce(cue_evidence.employer_count, 0) as employer_count,
        coalesce(cue_evidence.notice_count, 0) as notice_count,
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
    from postings
    inner join title_levels on postings.title_words = title_levels.title_words
    inner join title_roles on postings.title_words = title_roles.title_words
    left join texts on postings.text_id = texts.text_id
    left join cue_evidence on postings.text_id = cue_evidence.text_id
    left join core_skills on postings.text_id = core_skills.text_id

),

ruled as (

    select
        *,
        case
            -- A title alone is right in half of the cases: a text must agree, if only by speaking of AI and of models
            -- made of data (many a data scientist reports), unless it is a mere teaser.
            when
                has_ai_role_title and not is_other_trade
                and (
                    evidence > 0
                    or ai_count + modelling_count >= {{ var('ai_mentions_beside_title') }}
                    or text_length <= {{ var('ai_teaser_text') }}
                )
                then 'title'
            -- Who markets or sells must say so twice as plainly: AI is what their employer makes.
            when evidence >= hurdle * case when is_other_trade then 2 else 1 end then 'text'
            -- An advert of several posts, which is short, tells by the posts.
            when
                text_length < {{ var('ai_short_text') }}
                and ai_post_count > 0
                and ai_post_count >= {{ var('ai_posts_share') }} * post_count
                then 'text'
            when tool_count >= 1 and tool_count >= employer_count * {{ var('ai_tools_beside_employer') }} then 'tools'
            when employer_count > 0 then 'employer'
            when
                ai_count + core_mention_count + tool_count + ai_post_count > notice_count
                or (has_ai_role_title and not is_data_science)
                then 'words'
            when notice_count > 0 then 'notice'
        end as ai_rule
    from read

)

select
    posting_id,
    case
        when ai_rule in ('title', 'text') then 'builds'
        when ai_rule = 'tools' then 'uses'
        when ai_rule in ('employer', 'words') then 'mentions'
        when ai_rule = 'notice' then 'notice'
        else 'none'
    end as ai_involvement,
    ai_rule,
    case
        when ai_rule in ('title', 'text') then coalesce(building_words, ai_words, core_skill)
        when ai_rule = 'tools' then tool_words
        when ai_rule = 'employer' then employer_words
        when ai_rule = 'words' then coalesce(ai_words, building_words, core_skill)
        when ai_rule = 'notice' then notice_words
    end as ai_evidence,
    cast(core_skill_count as integer) as core_ai_skill_count,
    cast(core_mention_count + ai_count as integer) as ai_mention_count
from ruled
