with mentions as (

    select
        week_start,
        is_ai_posting,
        unnest(extracted_skills) as skill
    from {{ ref('fct_job_postings') }}

),

counts as (

    select
        week_start,
        skill,
        count(*) as count,
        count(*) filter (where is_ai_posting) as ai_count
    from mentions
    group by week_start, skill

)

select
    weeks.week_start,
    skills.skill,
    skills.category,
    coalesce(counts.count, 0) as count,
    coalesce(counts.ai_count, 0) as ai_count,
    coalesce(counts.count, 0) as job_count,
    coalesce(counts.ai_count, 0) as ai_job_count
from {{ ref('dim_weeks') }} as weeks
cross join {{ ref('dim_skills') }} as skills
left join counts on weeks.week_start = counts.week_start and skills.skill = counts.skill
