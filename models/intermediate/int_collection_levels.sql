{%- set few, many = var('collection_weeks'), var('collection_long_weeks') -%}
with holidays as (

    select week_start
    from {{ ref('dim_days') }}
    where right(cast(date_day as string), 5) in ('{{ var("collection_holidays") | join("', '") }}')  -- noqa: LT05

),

counts as (

    select
        *,
        lag(job_count) over (partition by source order by week_number) as last_count
    from {{ ref('int_collection_counts') }}
    where part is null and week_number >= first_number

),

-- From one week to the next the square of a difference is as large as the sum, times what bursts and what moves a whole
-- week make of it.
differences as (

    select
        *,
        cast(power(job_count - last_count, 2) as double) / nullif(job_count + last_count, 0) as difference
    from counts

),

medians as (

    select
        source,
        week_start,
        week_number,
        job_count,
        usual_count,
        late_variance,
        -- The median of differences knows no steps (0.4549 is that of chi square).
        greatest(burst, coalesce(median(difference) over (partition by source) / 0.4549, 1)) as spread,
        {% for span, weeks in [('few', few), ('many', many)] -%}
            {% for side, frame in [
                ('before', weeks ~ ' preceding and 1 preceding'), ('from', 'current row and ' ~ (weeks - 1) ~ ' following')
            ] -%}
                median(job_count) over (
                    partition by source order by week_number rows between {{ frame }}
                ) as {{ span }}_{{ side }},
                count(*) over (
                    partition by source order by week_number rows between {{ frame }}
                ) as {{ span }}_{{ side }}_weeks,
            {% endfor -%}
        {% endfor -%}
        median(job_count) over (
            partition by source order by week_number rows between 1 following and {{ few }} following
        ) as few_after,
        median(job_count) over (
            partition by source order by week_number rows between {{ many }} preceding and {{ many }} following
        ) as many_around
    from differences

),

-- Where fewer postings are published by themselves, that is no dip.
judged as (

    select
        *,
        case
            when week_start in (select holidays.week_start from holidays)
                then greatest(
                    job_count,
                    least(job_count / {{ var('collection_holiday_share') }}, few_before, few_after)
                )
            else job_count
        end as judged_count
    from medians

)

select
    *,
    median(judged_count) over (
        partition by source order by week_number rows between 2 preceding and 2 following
    ) as level_count
from judged
