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

    select * from {{ ref('int_ai_evidence') }}

),

read as (

    select
        postings.posting_id,
        title_levels.has_ai_role_title,
        coalesce(list_contains({{ var('ai_other_trades') }}, title_roles.role_family), false) as is_other_trade,
        coalesce(list_contains({{ var('ai_planning_trades') }}, title_roles.role_family), false) as is_planning_trade,
        coalesce(title_roles.role_family = 'data_science', false) as is_data_science,
        coalesce(title_roles.role_family in ('data_analysis', 'data_engineering'), false) as is_data_handling,
        coalesce(texts.text_length, 0) as text_length,
        coalesce(texts.evidence, 0) as evidence,
        coalesce(texts.hurdle, 0)
        + least(
            greatest(coalesce(texts.text_length, 0) / 1000, {{ var('ai_hurdle_least') }}), {{ var('ai_hurdle_most') }}
        ) as hurdle,
        coalesce(texts.core_skill_count, 0) as core_skill_count,
        coalesce(texts.core_mention_count, 0) as core_mention_count,
        texts.core_skill,
        coalesce(texts.ai_count, 0) as ai_count,
        coalesce(texts.modelling_count, 0) as modelling_count,
        coalesce(texts.post_count, 0) as post_count,
        coalesce(texts.ai_post_count, 0) as ai_post_count,
        coalesce(texts.tool_count, 0) as tool_count,
        coalesce(texts.employer_count, 0) as employer_count,
        coalesce(texts.notice_count, 0) as notice_count,
        texts.building_words,
        texts.tool_words,
        texts.employer_words,
        texts.notice_words,
        texts.ai_words
    from postings
    inner join title_levels on postings.title_words = title_levels.title_words
    inner join title_roles on postings.title_words = title_roles.title_words
    left join texts on postings.text_id = texts.text_id

),

ruled as (

    select
        *,
        case
            -- A title alone is right in half of the cases: a text must agree, if only by speaking of AI and of models
            -- made of data (many a data scientist reports; one word for a skill tells nothing), unless it is a teaser.
            when
                has_ai_role_title and not is_other_trade
                and (
                    evidence > {{ var('ai_core_skill_weight') }}
                    or ai_count + modelling_count + core_skill_count >= {{ var('ai_mentions_beside_title') }}
                    or text_length <= {{ var('ai_teaser_text') }}
                )
                then 'title'
            -- Who markets, sells or plans must say so twice as plainly: AI is what their employer makes. So must texts
            -- of analysts and data engineers that hardly speak of AI: to predict is one of many things that they list.
            when
                evidence >= hurdle * case
                    when
                        is_other_trade or is_planning_trade
                        or (is_data_handling and ai_count < {{ var('ai_mentions_beside_title') }})
                        then 2
                    else 1
                end
                then 'text'
            -- An advert of several posts, which is short, tells by the posts, unless it is one for who fills them.
            when
                text_length < {{ var('ai_short_text') }} and not is_other_trade
                and ai_post_count > 0
                and ai_post_count >= {{ var('ai_posts_share') }} * post_count
                then 'text'
            when tool_count >= 1 and tool_count >= employer_count * {{ var('ai_tools_beside_employer') }} then 'tools'
            when employer_count > 0 then 'employer'
            when
                ai_count + core_mention_count + tool_count + ai_post_count > 0
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
    cast(core_mention_count + ai_count + notice_count as integer) as ai_mention_count
from ruled
