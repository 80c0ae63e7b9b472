{#- How old days were at the load before: a week, three, seven. -#}
{%- set ages = 'days_before >= 7, days_before >= 21, days_before >= 49' -%}
with postings as (

    select
        coalesce(source, 'not named') as source,
        week_start,
        posted_date,
        cast(first_seen_at as date) as first_seen,
        cast(last_seen_at as date) as last_seen
    from {{ ref('fct_job_postings') }}

),

days_seen as (

    select
        source,
        first_seen as seen_on
    from postings
    where first_seen is not null
    union
    select
        source,
        last_seen as seen_on
    from postings
    where last_seen is not null

),

-- A source tells how late postings come where it was loaded again and again.
sources as (

    select
        source,
        min(seen_on) as first_load,
        max(seen_on) as last_load
    from days_seen
    group by source
    having
        count(*) >= {{ var('late_min_loads') }}
        and date_diff('day', min(seen_on), max(seen_on)) >= 7 * ({{ var('late_min_loads') }} - 1)

),

loads as (

    select
        days_seen.source,
        days_seen.seen_on,
        lag(days_seen.seen_on) over (partition by days_seen.source order by days_seen.seen_on) as seen_before
    from days_seen
    inner join sources on days_seen.source = sources.source

),

-- A posting that is dated ahead comes on its day.
arrivals as (

    select
        source,
        posted_date,
        greatest(first_seen, posted_date) as came_on,
        count(*) as job_count
    from postings
    group by source, posted_date, greatest(first_seen, posted_date)

),

days as (

    select distinct
        postings.source,
        postings.posted_date,
        postings.week_start,
        date_diff('day', postings.posted_date, sources.first_load) as days_unwatched,
        date_diff('day', postings.posted_date, sources.last_load) as days_watched
    from postings
    inner join sources on postings.source = sources.source
    where date_diff('day', postings.week_start, sources.last_load) between 0 and {{ 7 * var('late_weeks') - 1 }}

),

counts as (

    select
        days.source,
        days.posted_date,
        days.week_start,
        loads.seen_on,
        days.days_unwatched,
        days.days_watched,
        greatest(coalesce(date_diff('day', days.posted_date, loads.seen_before), -1), -1) as days_before,
        date_diff('day', days.posted_date, loads.seen_on) as days_after,
        cast(coalesce(sum(arrivals.job_count), 0) as bigint) as job_count
    from days
    inner join loads
        on
            days.source = loads.source
            and date_diff('day', days.posted_date, loads.seen_on) between 0 and {{ var('late_max_days') }}
    left join arrivals
        on
            days.source = arrivals.source
            and days.posted_date = arrivals.posted_date
            and loads.seen_on >= arrivals.came_on
            and (loads.seen_before is null or loads.seen_before < arrivals.came_on)
    group by
        days.source, days.posted_date, days.week_start, loads.seen_on, loads.seen_before,
        days.days_unwatched, days.days_watched

),

brought as (

    select
        *,
        days_after - days_before as days_between,
        sum(job_count) over (partition by source, seen_on, {{ ages }}) as brought_count
    from counts

),

ranked as (

    select
        *,
        cast(brought_count as double) / days_between as daily_count,
        dense_rank() over (
            partition by source, {{ ages }} order by cast(brought_count as double) / days_between desc, seen_on asc
        ) as load_rank
    from brought

)

-- One or two loads that bring far more old postings than the third were made for them: so late none comes usually.
select
    source,
    posted_date,
    week_start,
    seen_on,
    days_unwatched,
    days_watched,
    days_before,
    days_after,
    case
        when
            days_before >= 7
            and brought_count
            > {{ var('late_backfill_min') }} + {{ var('late_backfill_times') }} * days_between * coalesce(
                max(case when load_rank = 3 then daily_count end) over (partition by source, {{ ages }}), 0
            )
            then 0
        else job_count
    end as job_count
from ranked
