-- A posting that names a skill by its short form alone counts for the long one, which the two are.
with by_short_form_alone as (

    select
        mentions.week_start,
        skills.parent as skill,
        count(distinct mentions.posting_id) as count,
        count(distinct case when postings.is_ai_posting then mentions.posting_id end) as ai_count
    from {{ ref('fct_posting_skills') }} as mentions
    inner join {{ ref('dim_skills') }} as skills on mentions.skill = skills.skill
    inner join {{ ref('fct_job_postings') }} as postings on mentions.posting_id = postings.posting_id
    left join {{ ref('fct_posting_skills') }} as parents
        on mentions.posting_id = parents.posting_id and skills.parent = parents.skill
    where skills.parent is not null and parents.posting_id is null
    group by mentions.week_start, skills.parent

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

ranked as (

    select
        week_start,
        skill,
        cast(sum(count) as bigint) as count,
        cast(sum(ai_count) as bigint) as ai_count,
        cast(row_number() over (partition by week_start order by sum(count) desc, skill asc) as bigint) as rank
    from counted
    group by week_start, skill

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
