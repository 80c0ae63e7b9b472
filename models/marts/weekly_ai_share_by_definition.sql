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

    select
        listed.definition,
        listed.display_name
    from (
        values
        ('builds', 'AI is a core part of the work (this report)'),
        ('title_keyword', 'an AI keyword is in the title'),
        ('relevance_score', 'the AI relevance score of the specification is high'),
        ('core_ai_skill', 'the text mentions a core AI skill'),
        ('ai_word', 'title or text mentions AI at all')
    ) as listed (definition, display_name)

),

defined as (

    select
        weeks.week_start,
        definitions.definition,
        definitions.display_name,
        case definitions.definition
            when 'builds' then counted.builds_count
            when 'title_keyword' then counted.title_count
            when 'relevance_score' then counted.score_count
            when 'core_ai_skill' then counted.core_skill_count
            when 'ai_word' then counted.ai_word_count
        end as ai_count,
        counted.job_count
    from {{ ref('dim_weeks') }} as weeks
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
