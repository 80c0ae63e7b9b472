-- Summed over all dimensions, each week has the postings that weekly_job_volume tells of, AI postings among them.
with summed as (

    select
        week_start,
        sum(job_count) as job_count,
        coalesce(sum(case when ai_involvement = 'builds' then job_count end), 0) as ai_job_count
    from {{ ref('weekly_postings') }}
    group by week_start

)

select
    weekly.week_start,
    weekly.job_count,
    weekly.ai_job_count,
    summed.job_count as summed_job_count,
    summed.ai_job_count as summed_ai_job_count
from {{ ref('weekly_job_volume') }} as weekly
full join summed on weekly.week_start = summed.week_start
where
    weekly.job_count is distinct from summed.job_count
    or weekly.ai_job_count is distinct from summed.ai_job_count
