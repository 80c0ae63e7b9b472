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

defined as (

    select
        week_start,
        'builds' as definition,
        builds_count as ai_count,
        job_count
    from counted
    union all
    select
        week_start,
        'title_keyword' as definition,
        title_count as ai_count,
        job_count
    from counted
    union all
    select
        week_start,
        'relevance_score' as definition,
        score_count as ai_count,
        job_count
    from counted
    union all
    select
        week_start,
        'core_ai_skill' as definition,
        core_skill_count as ai_count,
        job_count
    from counted
    union all
    select
        week_start,
        'ai_word' as definition,
        ai_word_count as ai_count,
        job_count
    from counted

),

definitions as (

    select unnest(['builds', 'title_keyword', 'relevance_score', 'core_ai_skill', 'ai_word']) as definition

)

select
    weeks.week_start,
    definitions.definition,
    coalesce(defined.ai_count, 0) as ai_count,
    coalesce(defined.job_count, 0) as job_count,
    defined.ai_count / cast(defined.job_count as double) as ai_share
from weeks
cross join definitions
left join defined on weeks.week_start = defined.week_start and definitions.definition = defined.definition
