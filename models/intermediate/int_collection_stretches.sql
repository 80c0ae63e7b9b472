with levels as (

    select
        *,
        case
            when level_count < {{ var('collection_lasting_share') }} * usual_count then 'thin'
            when {{ var('collection_lasting_share') }} * level_count > usual_count then 'surge'
        end as kind
    from {{ ref('int_collection_levels') }}

),

-- In standard deviations, how far the level steps up or down in a week. A drift shows among many weeks, but little of
-- it among a few.
steps as (

    {% for span in ['few', 'many'] -%}
        select
            source,
            week_number,
            ({{ span }}_from - {{ span }}_before) / sqrt(
                spread * greatest({{ span }}_before, {{ span }}_from)
                * (1.0 / {{ span }}_before_weeks + 1.0 / {{ span }}_from_weeks)
            ) as step_size
        from levels
        where
            {{ span }}_before_weeks >= 2
            and {{ span }}_from_weeks >= 2
            and {{ span }}_before <> {{ span }}_from
            and least({{ span }}_before, {{ span }}_from)
            <= {{ var('collection_lasting_share') }} * greatest({{ span }}_before, {{ span }}_from)
            and power({{ span }}_from - {{ span }}_before, 2)
            <= 2 * ({{ span }}_from - {{ span }}_before) * (few_from - few_before)
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

numbered as (

    select
        *,
        week_number - row_number() over (partition by source, kind order by week_number) as stretch
    from levels

),

-- From the first week to the last that is not as usual itself.
stretches as (

    select
        source,
        kind,
        min(week_number) as first_number,
        max(week_number) as last_number,
        case kind when 'thin' then -1 else 1 end as direction
    from numbered
    where
        (kind = 'thin' and judged_count < {{ var('collection_thin_share') }} * usual_count)
        or (kind = 'surge' and {{ var('collection_thin_share') }} * judged_count > usual_count)
    group by source, kind, stretch

)

-- Demand drifts, collection steps: a stretch is told where it begins or ends at a step.
select distinct
    stretches.source,
    stretches.first_number,
    stretches.last_number,
    stretches.kind
from stretches
inner join steps
    on
        stretches.source = steps.source
        and (
            (
                steps.week_number between stretches.first_number - 2 and stretches.first_number + 2
                and stretches.direction * steps.step_size >= {{ var('collection_deviations') }}
            )
            or (
                steps.week_number between stretches.last_number - 1 and stretches.last_number + 3
                and -stretches.direction * steps.step_size >= {{ var('collection_deviations') }}
            )
        )
