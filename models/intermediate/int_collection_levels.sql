{%- set few = var('collection_weeks') -%}
with holidays as (

    select week_start
    from {{ ref('dim_days') }}
    where right(cast(date_day as string), 5) in ({{ literals(var("collection_holidays")) }})  -- noqa: LT05

),

counts as (

    select
        *,
        lag(job_count) over weeks as last_count,
        lag(held_count) over weeks as last_held
    from {{ ref('int_collection_counts') }}
    where week_number >= first_number
    window weeks as (partition by source, part order by week_number)

),

-- From one week to the next the square of a difference is as large as the sum, times what bursts and what moves a whole
-- week make of it.
differences as (

    select
        *,
        cast(power(job_count * last_held - last_count * held_count, 2) as double)
        / nullif(held_count * last_held * (job_count + last_count), 0) as difference,
        median(job_count) over (
            partition by source, part order by week_number rows between {{ few }} preceding and 1 preceding
        ) as count_before,
        median(job_count) over (
            partition by source, part order by week_number rows between 1 following and {{ few }} following
        ) as count_after
    from counts

)

select
    source,
    coalesce(part, '') as part,
    week_number,
    held_count,
    usual_count,
    late_variance,
    -- The median of differences knows no steps (0.4549 is that of chi square).
    greatest(burst, coalesce(median(difference) over (partition by source, part) / 0.4549, 1)) as spread,
    -- Where fewer postings are published by themselves, that is no dip.
    case
        when part is null and week_start in (select holidays.week_start from holidays)
            then greatest(job_count, cast(round(
                least(job_count / {{ var('collection_holiday_share') }}, count_before, count_after)
            ) as bigint))
        else job_count
    end as judged_count
from differences
