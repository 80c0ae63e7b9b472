with complete_weeks as (

    select
        min(week_start) filter (where is_complete_week) as first_week,
        cast(count(*) filter (where is_complete_week) as integer) as week_count
    from {{ ref('dim_weeks') }}
    having count(*) > 0

),

-- A long period has long ends: more postings tell a change that months take, a few weeks of luck tell less.
lengths as (

    select
        listed.comparison,
        complete_weeks.first_week,
        complete_weeks.week_count,
        case
            when listed.comparison = 'whole_period'
                then greatest(
                    {{ var('trend_window_weeks') }},
                    least(
                        cast(floor({{ var('trend_end_share') }} * complete_weeks.week_count) as integer),
                        {{ var('trend_end_weeks') }}
                    )
                )
            else {{ var('trend_window_weeks') }}
        end as window_weeks
    from (values ('four_weeks'), ('year'), ('whole_period')) as listed (comparison)
    cross join complete_weeks

),

-- Each window by how many weeks lie before it.
placed as (

    select
        comparison,
        first_week,
        window_weeks,
        week_count - window_weeks as recent_place,
        case comparison
            when 'four_weeks' then week_count - 2 * window_weeks
            when 'year' then week_count - window_weeks - 52
            else 0
        end as before_place
    from lengths

),

held as (

    select
        *,
        recent_place >= 0 as is_recent_held,
        -- Windows that share a week are not compared.
        before_place >= 0 and before_place + window_weeks <= recent_place as is_before_held
    from placed

)

select
    comparison,
    case when is_recent_held then first_week + 7 * recent_place end as recent_first,
    case when is_recent_held then first_week + 7 * (recent_place + window_weeks - 1) end as recent_last,
    case when is_before_held then first_week + 7 * before_place end as before_first,
    case when is_before_held then first_week + 7 * (before_place + window_weeks - 1) end as before_last
from held
