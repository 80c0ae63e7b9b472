with days as (

    select
        week_start,
        cast(
            unnest(generate_series(week_start, cast(week_start + interval 6 day as date), interval 1 day)) as date
        ) as date_day
    from {{ ref('dim_weeks') }}

)

select
    date_day,
    week_start,
    cast(date_trunc('month', date_day) as date) as month_start,
    cast(date_trunc('quarter', date_day) as date) as quarter_start
from days
