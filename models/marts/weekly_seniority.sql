with counts as (

    select
        week_start,
        seniority_level,
        count(*) as count
    from {{ ref('fct_job_postings') }}
    group by week_start, seniority_level

)

select
    weeks.week_start,
    levels.seniority_level,
    coalesce(counts.count, 0) as count,
    coalesce(counts.count, 0) as job_count
from {{ ref('weekly_job_volume') }} as weeks
cross join {{ ref('seniority_levels') }} as levels
left join counts
    on weeks.week_start = counts.week_start and levels.seniority_level = counts.seniority_level
