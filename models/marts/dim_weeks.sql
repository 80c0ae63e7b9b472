with postings as (

    select
        posted_date,
        is_date_estimated,
        week_start
    from {{ ref('fct_job_postings') }}

),

estimated as (

    select count(*) filter (where is_date_estimated) > {{ var('weeks_max_estimated_share') }} * count(*) as is_usual
    from postings

),

-- A posting that states no date stands on the day of the scrape, which says nothing of the time that the data cover;
-- where many state none, that day is all that is known.
dated as (

    select
        postings.posted_date,
        postings.week_start
    from postings
    cross join estimated
    where not postings.is_date_estimated or estimated.is_usual

),

spanned as (

    select
        min(week_start) as first_week,
        max(week_start) as last_week
    from dated

),

span_weeks as (

    select cast(unnest(generate_series(first_week, last_week, interval 7 day)) as date) as week_start
    from spanned
    where first_week is not null

),

counts as (

    select
        span_weeks.week_start,
        count(dated.week_start) as job_count
    from span_weeks
    left join dated on span_weeks.week_start = dated.week_start
    group by span_weeks.week_start

),

running as (

    select
        week_start,
        job_count,
        row_number() over (order by week_start) as weeks_so_far,
        sum(job_count) over (order by week_start) as jobs_so_far,
        count(*) over () as week_count,
        sum(job_count) over () as total_count
    from counts

),

-- The last of a few postings long before the rest.
stray_start as (

    select max(week_start) as last_stray
    from running
    where
        weeks_so_far >= {{ var('weeks_min_stray') }}
        and jobs_so_far <= {{ var('weeks_max_stray_share') }} * total_count
        and jobs_so_far <= {{ var('weeks_max_stray_rate') }} * weeks_so_far
        and job_count * (week_count - weeks_so_far)
        <= {{ var('weeks_thin_share') }} * (total_count - jobs_so_far)

),

gaps as (

    select
        week_start,
        total_count,
        jobs_so_far - job_count as jobs_before,
        date_diff('day', lag(week_start) over (order by week_start), week_start) as days_since_last
    from running
    where job_count > 0

),

-- The first of a few postings long after the rest.
stray_end as (

    select min(week_start) as first_stray
    from gaps
    where
        days_since_last > 7 * {{ var('weeks_min_gap') }}
        and total_count - jobs_before <= {{ var('weeks_max_stray_share') }} * total_count

),

bounds as (

    select
        min(dated.posted_date) as first_date,
        max(dated.posted_date) as last_date,
        min(dated.week_start) as first_week,
        max(dated.week_start) as last_week
    from dated
    cross join stray_start
    cross join stray_end
    where
        (stray_start.last_stray is null or dated.week_start > stray_start.last_stray)
        and (stray_end.first_stray is null or dated.week_start < stray_end.first_stray)

),

weeks as (

    select cast(unnest(generate_series(first_week, last_week, interval 7 day)) as date) as week_start
    from bounds
    where first_week is not null
    union
    select week_start
    from postings

)

select
    weeks.week_start,
    cast(weeks.week_start + interval 6 day as date) as last_day,
    weeks.week_start between bounds.first_week and bounds.last_week as is_in_bounds,
    weeks.week_start >= bounds.first_date
    and cast(weeks.week_start + interval 6 day as date) <= bounds.last_date as is_complete_week
from weeks
cross join bounds
