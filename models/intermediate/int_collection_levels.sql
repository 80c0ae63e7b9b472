{%- set few, many = var('collection_weeks'), var('collection_long_weeks') -%}
with counts as (

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

)

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
    ) as many_around,
    median(job_count) over (
        partition by source order by week_number rows between 2 preceding and 2 following
    ) as level_count
from differences
