with mentions as (

    select
        fct.posting_id,
        fct.week_start,
        fct.skill,
        skills.parent,
        postings.is_ai_posting
    from {{ ref('fct_posting_skills') }} as fct
    inner join {{ ref('dim_skills') }} as skills on fct.skill = skills.skill
    inner join {{ ref('fct_job_postings') }} as postings on fct.posting_id = postings.posting_id
    where skills.parent is not null

),

-- A posting that names a skill by its short form alone counts for the long one, which the two are.
by_short_form_alone as (

    select
        mentions.week_start,
        mentions.parent as skill,
        count(distinct mentions.posting_id) as count,
        count(distinct case when mentions.is_ai_posting then mentions.posting_id end) as ai_count
    from mentions
    left join {{ ref('fct_posting_skills') }} as parents
        on mentions.posting_id = parents.posting_id and mentions.parent = parents.skill
    where parents.posting_id is null
    group by mentions.week_start, mentions.parent

),

counted as (

    select
        weekly.week_start,
        weekly.skill,
        weekly.count,
        weekly.ai_count
    from {{ ref('weekly_skills') }} as weekly
    inner join {{ ref('dim_skills') }} as skills on weekly.skill = skills.skill
    where skills.parent is null
    union all
    select
        week_start,
        skill,
        count,
        ai_count
    from by_short_form_alone

),

totals as (

    select
        week_start,
        skill,
        cast(sum(count) as bigint) as count,
        cast(sum(ai_count) as bigint) as ai_count
    from counted
    group by week_start, skill

),

ranked as (

    select
        week_start,
        skill,
        count,
        ai_count,
        cast(row_number() over (partition by week_start order by count desc, skill asc) as bigint) as rank
    from totals

)

select
    week_start,
    skill,
    count,
    ai_count,
    rank,
    count as job_count,
    ai_count as ai_job_count,
    rank as skill_rank
from ranked
where rank <= {{ var('top_skills_per_week') }}
