with postings as (

    select * from {{ ref('fct_job_postings') }}

),

covered as (

    select
        min(posted_date) as first_date,
        max(posted_date) as last_date
    from postings

),

weeks as (

    select
        cast(unnest(generate_series(
            date_trunc('week', first_date), date_trunc('week', last_date), interval 7 day
        )) as date) as week_start
    from covered
    where first_date is not null

),

counts as (

    select
        week_start,
        count(*) as job_count,
        count(*) filter (where is_ai_posting) as ai_job_count,
        sum(observation_count) as observation_count
    from postings
    group by week_start

)

select
    weeks.week_start,
    coalesce(counts.job_count, 0) as job_count,
    coalesce(counts.ai_job_count, 0) as ai_job_count,
    cast(counts.ai_job_count as double) / counts.job_count as ai_share,
    cast(coalesce(counts.observation_count, 0) as bigint) as observation_count,
    weeks.week_start >= covered.first_date
    and covered.last_date - 6 >= weeks.week_start as is_complete_week
from weeks
cross join covered
left join counts on weeks.week_start = counts.week_start
