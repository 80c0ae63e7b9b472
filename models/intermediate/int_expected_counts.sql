{#- The normal deviate of a two-sided interval of 90%. -#}
{%- set z = 1.644853627 -%}
-- Weeks so old that nothing more is expected of them count too.
with weeks as (

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
            case
                when young.week_start = others.week_start then young.variance
                else young.expected_count * others.expected_count * least(young.of_delays, others.of_delays)
            end as decimal(28, 12)
        )) as double) as variance
    from windows
    inner join {{ ref('int_late_weeks') }} as young
        on young.week_start between windows.first_week and windows.week_start
    inner join {{ ref('int_late_weeks') }} as others
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
    where (select count(*) from {{ ref('int_late_counts') }}) > 0

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
