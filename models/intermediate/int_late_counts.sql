with postings as (

    select
        coalesce(source, 'not named') as source,
        week_start,
        posted_date,
        cast(first_seen_at as date) as first_seen,
        cast(last_seen_at as date) as last_seen
    from {{ ref('fct_job_postings') }}

),

loads as (

    select distinct
        source,
        first_seen as seen_on
    from postings
    union
    select distinct
        source,
        last_seen as seen_on
    from postings

),

-- A source tells how late postings come where it was loaded again and again.
sources as (

    select
        source,
        max(seen_on) as last_load,
        cast(floor(date_diff('day', min(seen_on), max(seen_on)) / 7.0) as integer) as weeks_watched
    from loads
    group by source
    having
        count(*) >= {{ var('late_min_loads') }}
        and date_diff('day', min(seen_on), max(seen_on)) >= 7 * ({{ var('late_min_loads') }} - 1)

),

load_before as (

    select
        source,
        seen_on,
        lag(seen_on) over (partition by source order by seen_on) as seen_before
    from loads

),

-- In days before the last load: when the postings were loaded, and since when they may have been there to be loaded.
counts as (

    select
        postings.source,
        postings.week_start,
        sources.weeks_watched,
        date_diff('day', postings.week_start, sources.last_load) as days_since_start,
        date_diff('day', postings.first_seen, sources.last_load) as days_loaded,
        date_diff('day', greatest(postings.posted_date, load_before.seen_before), sources.last_load) as days_there,
        count(*) as job_count
    from postings
    inner join sources on postings.source = sources.source
    inner join load_before on postings.source = load_before.source and postings.first_seen = load_before.seen_on
    where date_diff('day', postings.week_start, sources.last_load) between 0 and {{ 7 * var('late_weeks') - 1 }}
    group by
        postings.source, postings.week_start, sources.weeks_watched, sources.last_load,
        postings.posted_date, postings.first_seen, load_before.seen_before

),

ages as (

    select cast(unnest(generate_series(0, {{ var('late_max_age') }}, 1)) as integer) as age

),

-- Ages count whole weeks back from the last load, so that each age of each week is seen at the same weekday.
aged as (

    select
        counts.*,
        cast(floor(counts.days_since_start / 7.0) as integer) as present_age,
        ages.age,
        7 * (cast(floor(counts.days_since_start / 7.0) as integer) - ages.age) as days_ago
    from counts
    inner join ages
        on
            ages.age <= floor(counts.days_since_start / 7.0)
            and ages.age >= floor(counts.days_since_start / 7.0) - counts.weeks_watched

)

select
    source,
    week_start,
    age,
    max(present_age) as present_age,
    -- Between two loads postings come evenly.
    cast(sum(cast(
        job_count * case
            when days_loaded >= days_ago then 1.0
            when days_there <= days_ago then 0.0
            else cast(days_there - days_ago as double) / (days_there - days_loaded)
        end as decimal(28, 12)
    )) as double) as job_count
from aged
group by source, week_start, age
