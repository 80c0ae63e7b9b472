{#- The normal deviate of a two-sided interval of 90%. -#}
{%- set z = 1.644853627 -%}
with counts as (

    select * from {{ ref('int_late_counts') }}

),

delays as (

    select * from {{ ref('int_late_delays') }}

),

come as (

    select
        *,
        sum(job_count) over (partition by source, posted_date order by days_after) as come_count,
        sum(job_count) over (partition by source, posted_date) as last_count
    from counts

),

-- Of each week, what came after each load, and what of it was to be expected.
rests as (

    select
        come.source,
        sum(come.last_count - come.come_count) as late_count,
        sum(cast(come.last_count * (1 - at_load.come_share / at_last.come_share) as decimal(28, 12))) as expected_count,
        sum(cast(
            come.last_count * (1 - at_load.come_share / at_last.come_share) * at_load.come_share / at_last.come_share
            as decimal(28, 12)
        )) as variance
    from come
    inner join delays as at_load on come.source = at_load.source and come.days_after = at_load.delay
    inner join delays as at_last
        on
            come.source = at_last.source
            and least(come.days_watched, {{ var('late_max_days') }}) = at_last.delay
    where date_diff('day', come.week_start, come.seen_on) >= 6
    group by come.source, come.week_start, come.seen_on

),

-- Employers post in bursts, and weeks differ: the variance is so many times that of postings that come one by one.
bursts as (

    select
        source,
        greatest(
            coalesce(
                cast(sum(cast(power(cast(late_count - expected_count as double), 2) as decimal(28, 12))) as double)
                / nullif(cast(sum(variance) as double), 0),
                1
            ),
            1
        ) as burst
    from rests
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
    from counts
    where days_watched >= {{ 7 * var('trend_window_weeks') }}
    group by source, date_diff('day', week_start, posted_date)

),

usual_days as (

    select
        sources.source,
        days_of_week.day_of_week,
        cast(coalesce(posted.job_count, 0) + 1 as double)
        / (sum(coalesce(posted.job_count, 0)) over (partition by sources.source) + 7) as day_share
    from (select distinct delays.source from delays) as sources
    cross join days_of_week
    left join posted on sources.source = posted.source and days_of_week.day_of_week = posted.day_of_week

),

present as (

    select
        source,
        week_start,
        min(date_diff('day', week_start, posted_date) + days_watched) as days_since_start,
        sum(job_count) as job_count
    from counts
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
    left join delays
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

),

-- Of each young week of a source, what is expected, and the variances of its postings and of the delays as estimated.
young as (

    select
        of_sources.source,
        of_sources.week_start,
        of_sources.job_count / of_sources.come_share - of_sources.job_count as late_count,
        of_sources.job_count / of_sources.come_share as expected_count,
        coalesce(bursts.burst, 1) as burst,
        (1 - of_sources.come_share) / of_sources.job_count as of_postings,
        of_sources.come_variance / of_sources.come_share as of_delays
    from of_sources
    left join bursts on of_sources.source = bursts.source
    where of_sources.job_count > 0 and of_sources.come_share > 0

),

-- Weeks so old that nothing more is expected of them count too.
weeks as (

    select
        postings.week_start,
        count(*) as job_count
    from {{ ref('fct_job_postings') }} as postings
    group by postings.week_start

),

-- Each week, and the weeks that end with it.
windows as (

    {% for week_count in [1, var('trend_window_weeks')] | unique -%}
        select
            week_start,
            {{ week_count }} as week_count,
            cast(week_start - interval {{ 7 * (week_count - 1) }} day as date) as first_week
        from weeks
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

there as (

    select
        windows.week_start,
        windows.week_count,
        sum(weeks.job_count) as job_count
    from windows
    inner join weeks on weeks.week_start between windows.first_week and windows.week_start
    group by windows.week_start, windows.week_count

),

-- Postings of two weeks come by themselves; an error in the part that comes after a delay is one of both weeks, if both
-- are younger: the older one's variance.
together as (

    select
        windows.week_start,
        windows.week_count,
        cast(sum(cast(
            case when young.week_start = others.week_start then young.late_count else 0 end as decimal(28, 12)
        )) as double) as late_count,
        cast(sum(cast(
            young.expected_count * others.expected_count * young.burst * (
                case when young.week_start = others.week_start then young.of_postings else 0 end
                + least(young.of_delays, others.of_delays)
            ) as decimal(28, 12)
        )) as double) as variance
    from windows
    inner join young on young.week_start between windows.first_week and windows.week_start
    inner join young as others
        on
            young.source = others.source
            and others.week_start between windows.first_week and windows.week_start
    group by windows.week_start, windows.week_count

),

expected as (

    select
        there.week_start,
        there.week_count,
        there.job_count,
        there.job_count + coalesce(together.late_count, 0) as expected_count,
        coalesce(together.variance, 0) as variance
    from there
    left join together
        on there.week_start = together.week_start and there.week_count = together.week_count
    where (select count(*) from counts) > 0

),

spread as (

    select
        *,
        sqrt(ln(1 + variance / power(expected_count, 2))) as deviation
    from expected

)

-- To the ninth decimal: engines take powers and logarithms a last bit apart.
select
    week_start,
    week_count,
    round(expected_count, 9) as expected_count,
    round(greatest(expected_count * exp(-{{ z }} * deviation), job_count), 9) as expected_low,
    round(expected_count * exp({{ z }} * deviation), 9) as expected_high
from spread
