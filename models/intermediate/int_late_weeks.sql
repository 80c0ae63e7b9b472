with come as (

    select
        *,
        sum(job_count) over (partition by source, posted_date order by days_after) as come_count,
        sum(job_count) over (partition by source, posted_date) as last_count
    from {{ ref('int_late_counts') }}

),

-- Of each week, what came after each load, and what of it was to be expected.
rests as (

    select
        come.source,
        come.week_start,
        cast(sum(come.last_count - come.come_count) as double)
        - cast(sum(cast(come.last_count * (1 - at_load.come_share / at_last.come_share) as decimal(28, 12))) as double)
            as difference,
        sum(cast(
            come.last_count * (1 - at_load.come_share / at_last.come_share) * at_load.come_share / at_last.come_share
            as decimal(28, 12)
        )) as variance
    from come
    inner join {{ ref('int_late_delays') }} as at_load
        on come.source = at_load.source and come.days_after = at_load.delay
    inner join {{ ref('int_late_delays') }} as at_last
        on
            come.source = at_last.source
            and least(come.days_watched, {{ var('late_max_days') }}) = at_last.delay
    where date_diff('day', come.week_start, come.seen_on) >= 6
    group by come.source, come.week_start, come.seen_on

),

rests_of_weeks as (

    select
        source,
        sum(cast(power(difference, 2) as decimal(28, 12))) as squares,
        cast(sum(variance) as double) as variance
    from rests
    group by source, week_start

),

-- Employers post in bursts, and weeks differ: the variance is so many times that of postings that come one by one. As
-- few weeks as there are tell it badly: the more, as Student's t varies more than what is normal.
bursts as (

    select
        source,
        greatest(coalesce(cast(sum(squares) as double) / nullif(sum(variance), 0), 1), 1) as burst,
        1 + 2 / greatest(power(sum(variance), 2) / nullif(sum(power(variance, 2)), 0) - 2, 1) as spare
    from rests_of_weeks
    group by source

),

-- On which days of the week postings are posted, of weeks that are old enough; evenly where little is known.
days_of_week as (

    select cast(unnest(generate_series(0, 6, 1)) as integer) as day_of_week

),

posted as (

    select
        source,
        date_diff('day', week_start, posted_date) as day_of_week,
        sum(job_count) as job_count
    from {{ ref('int_late_counts') }}
    where days_watched >= {{ 7 * var('trend_window_weeks') }}
    group by source, date_diff('day', week_start, posted_date)

),

usual_days as (

    select
        sources.source,
        days_of_week.day_of_week,
        cast(coalesce(posted.job_count, 0) + 1 as double)
        / (sum(coalesce(posted.job_count, 0)) over (partition by sources.source) + 7) as day_share
    from (select distinct delays.source from {{ ref('int_late_delays') }} as delays) as sources
    cross join days_of_week
    left join posted on sources.source = posted.source and days_of_week.day_of_week = posted.day_of_week

),

present as (

    select
        source,
        week_start,
        min(date_diff('day', week_start, posted_date) + days_watched) as days_since_start,
        sum(job_count) as job_count
    from {{ ref('int_late_counts') }}
    group by source, week_start
    -- A week is as old as its last day.
    having min(date_diff('day', week_start, posted_date) + days_watched) <= {{ var('late_max_days') + 6 }}

),

-- The part of each day's postings that has come: none of a day after the source's last load, all of one that is old.
come_by_day as (

    select
        present.source,
        present.week_start,
        present.job_count,
        usual_days.day_share,
        case
            when present.days_since_start < usual_days.day_of_week then 0
            else coalesce(delays.come_share, 1)
        end as come_share,
        coalesce(delays.relative_variance, 0) as relative_variance
    from present
    inner join usual_days on present.source = usual_days.source
    left join {{ ref('int_late_delays') }} as delays
        on present.source = delays.source and present.days_since_start - usual_days.day_of_week = delays.delay

),

of_sources as (

    select
        source,
        week_start,
        job_count,
        1 - cast(sum(cast(day_share * (1 - come_share) as decimal(28, 12))) as double) as come_share,
        cast(sum(cast(day_share * come_share * relative_variance as decimal(28, 12))) as double) as come_variance
    from come_by_day
    group by source, week_start, job_count

)

-- Engines add up a last bit apart.
select
    of_sources.source,
    of_sources.week_start,
    round(of_sources.job_count / of_sources.come_share - of_sources.job_count, 9) as late_count,
    round(of_sources.job_count / of_sources.come_share, 9) as expected_count,
    round(
        power(of_sources.job_count / of_sources.come_share, 2) * coalesce(bursts.burst * bursts.spare, 1) * (
            (1 - of_sources.come_share) / of_sources.job_count + of_sources.come_variance / of_sources.come_share
        ), 9
    ) as variance,
    round(coalesce(bursts.burst * bursts.spare, 1) * of_sources.come_variance / of_sources.come_share, 12) as of_delays
from of_sources
left join bursts on of_sources.source = bursts.source
where of_sources.job_count > 0 and of_sources.come_share > 0
