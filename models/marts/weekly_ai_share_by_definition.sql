with postings as (

    select
        week_start,
        is_ai_posting,
        has_ai_title,
        ai_relevance_score >= {{ var('ai_definition_score') }} as has_score,
        core_ai_skill_count > 0 as has_core_skill,
        ai_mention_count > 0 or has_ai_title as has_ai_word
    from {{ ref('fct_job_postings') }}

),

weeks as (

    select week_start
    from {{ ref('dim_weeks') }}

),

counted as (

    select
        week_start,
        count(*) as job_count,
        count(*) filter (where is_ai_posting) as builds_count,
        count(*) filter (where has_ai_title) as title_count,
        count(*) filter (where has_score) as score_count,
        count(*) filter (where has_core_skill) as core_skill_count,
        count(*) filter (where has_ai_word) as ai_word_count
    from postings
    group by week_start

),

definitions as (

    select unnest(['builds', 'title_keyword', 'relevance_score', 'core_ai_skill', 'ai_word']) as definition

),

defined as (

    select
        weeks.week_start,
        definitions.definition,
        case definitions.definition
            when 'builds' then counted.builds_count
            when 'title_keyword' then counted.title_count
            when 'relevance_score' then counted.score_count
            when 'core_ai_skill' then counted.core_skill_count
            when 'ai_word' then counted.ai_word_count
        end as ai_count,
        case definitions.definition
            when 'builds' then 'AI is a core part of the work (this report)'
            when 'title_keyword' then 'an AI keyword is in the title'
            when 'relevance_score' then 'the AI relevance score of the specification is high'
            when 'core_ai_skill' then 'the text mentions a core AI skill'
            when 'ai_word' then 'title or text mentions AI at all'
        end as display_name,
        counted.job_count
    from weeks
    cross join definitions
    left join counted on weeks.week_start = counted.week_start

)

select
    week_start,
    definition,
    coalesce(ai_count, 0) as ai_count,
    coalesce(job_count, 0) as job_count,
    ai_count / cast(job_count as double) as ai_share,
    display_name
from defined
