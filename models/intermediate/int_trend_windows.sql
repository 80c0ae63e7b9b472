with complete_weeks as (

    select
        week_start,
        row_number() over (order by week_start) as weeks_from_start,
        row_number() over (order by week_start desc) as weeks_from_end
    from {{ ref('dim_weeks') }}
    where is_complete_week

),

recent as (

    select
        min(week_start) as first_week,
        max(week_start) as last_week
    from complete_weeks
    where weeks_from_end <= {{ var('trend_window_weeks') }}

),

-- Each window by its first and last week; whether it is there is asked below.
windows as (

    select
        'recent' as trend_window,
        first_week,
        last_week
    from recent
    union all
    select
        'four_weeks' as trend_window,
        cast(first_week - interval {{ 7 * var('trend_window_weeks') }} day as date) as first_week,
        cast(last_week - interval {{ 7 * var('trend_window_weeks') }} day as date) as last_week
    from recent
    union all
    select
        'year' as trend_window,
        cast(first_week - interval 364 day as date) as first_week,
        cast(last_week - interval 364 day as date) as last_week
    from recent
    union all
    select
        'whole_period' as trend_window,
        min(week_start) as first_week,
        max(week_start) as last_week
    from complete_weeks
    where weeks_from_start <= {{ var('trend_window_weeks') }}

),

held as (

    select
        windows.trend_window,
        windows.first_week,
        windows.last_week
    from windows
    inner join complete_weeks
        on complete_weeks.week_start between windows.first_week and windows.last_week
    group by windows.trend_window, windows.first_week, windows.last_week
    having count(*) = {{ var('trend_window_weeks') }}

)

select
    held.trend_window,
    held.first_week,
    held.last_week
from held
cross join recent
-- Windows that share a week are not compared.
where held.trend_window = 'recent' or held.last_week < recent.first_week
