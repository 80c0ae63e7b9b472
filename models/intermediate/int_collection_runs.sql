{%- set few, many = var('collection_weeks'), var('collection_long_weeks') -%}
{%- set thin = var('collection_thin_share') -%}
{%- set deviations, large = var('collection_deviations'), 1 - var('collection_lasting_share') -%}
{#- A step between few weeks, less what a drift that shows between many makes of it, has this variance of a week's. -#}
{%- set step_variance = (2 * many * many / few + 2 * few * few / many - 4 * few) / (many - few) ** 2 -%}
with levels as (

    select
        *,
        coalesce(cast(judged_count * judged_count as double) / nullif(held_count, 0), 0) as square
    from {{ ref('int_collection_levels') }}

),

summed as (

    select
        *,
        {% for what, kind in [
            ('judged_count', 'bigint'), ('held_count', 'bigint'),
            ('square', 'decimal(28, 12)'), ('late_variance', 'decimal(28, 12)')
        ] -%}
            cast(sum(cast({{ what }} as {{ kind }})) over (
                partition by source, part order by week_number
            ) as double) as {{ what }}_so_far,
        {% endfor -%}
        {% for span, weeks in [('few', few), ('many', many)] -%}
            {% for side, frame in [
                ('before', weeks ~ ' preceding and 1 preceding'), ('from', 'current row and ' ~ (weeks - 1) ~ ' following'),
                ('until', (weeks - 1) ~ ' preceding and current row'), ('after', '1 following and ' ~ weeks ~ ' following')
            ] -%}
                {%- set over = 'over (partition by source, part order by week_number rows between ' ~ frame ~ ')' -%}
                cast(sum(judged_count) {{ over }} as double)
                / nullif(sum(held_count) {{ over }}, 0) as {{ span }}_{{ side }},
                {% if span == 'many' and side in ('before', 'after') -%}
                    {% for what, counted in [('jobs', 'judged_count'), ('held', 'held_count'), ('weeks', 1)] -%}
                        cast(coalesce(sum({{ counted }}) {{ over }}, 0) as double) as {{ side }}_{{ what }},
                    {% endfor -%}
                {% endif -%}
            {% endfor -%}
        {% endfor -%}
        count(*) over (partition by source, part) as week_count
    from levels

),

-- From the first to the last week of each run, beside few and many weeks before and behind it.
runs as (

    select
        opening.source,
        opening.part,
        opening.week_number as first_number,
        closing.week_number as last_number,
        opening.usual_count,
        opening.spread,
        closing.week_number - opening.week_number + 1 as run_weeks,
        {% for what, name in [
            ('judged_count', 'jobs'), ('held_count', 'held'), ('square', 'squares'), ('late_variance', 'variance')
        ] -%}
            closing.{{ what }}_so_far - opening.{{ what }}_so_far + opening.{{ what }} as run_{{ name }},
        {% endfor -%}
        {% for what in ['jobs', 'held', 'weeks'] -%}
            opening.before_{{ what }} + closing.after_{{ what }} as side_{{ what }},
        {% endfor -%}
        {% for span in ['few', 'many'] -%}
            opening.{{ span }}_before,
            opening.{{ span }}_from,
            closing.{{ span }}_until,
            closing.{{ span }}_after,
        {% endfor -%}
        opening.week_count
    from summed as opening
    inner join summed as closing
        on
            opening.source = closing.source
            and opening.part = closing.part
            and opening.week_number <= closing.week_number

),

directed as (

    select
        *,
        run_jobs / run_held as rate,
        run_jobs / run_weeks as run_level,
        side_jobs / side_weeks as side_level,
        case when run_jobs / run_held < least(few_before, few_after) then 1 else -1 end as direction
    from runs
    where
        side_held > 0
        and (
            run_jobs / run_held < {{ thin }} * least(few_before, few_after)
            or {{ thin }} * run_jobs / run_held > greatest(few_before, few_after)
        )

),

-- Beside another run one side is not as usual: the other counts.
sided as (

    select
        *,
        case direction
            when 1 then least(many_before, many_after) else greatest(many_before, many_after)
        end as side_rate,
        {% for side, inside in [('before', 'from'), ('after', 'until')] -%}
            direction * (few_{{ side }} - few_{{ inside }}) as {{ side }}_step,
            direction * (many_{{ side }} - many_{{ inside }}) as {{ side }}_change,
        {% endfor -%}
        spread * greatest(side_level, run_level) * power(run_weeks / run_held, 2) as variance
    from directed
    where direction * (side_level - run_level) > {{ 1 - thin }} * greatest(side_level, run_level)

),

-- A run may begin or end within a burst.
evened as (

    select
        *,
        greatest(run_jobs + direction * spread / 2, 0.5) as even_jobs,
        greatest(side_rate * side_held, 0.5) as even_side,
        -- Both ends are seen, and steps.
        coalesce(
            before_step >= {{ var('collection_step_share') }} * abs(side_rate - rate)
            and after_step >= {{ var('collection_step_share') }} * abs(side_rate - rate), false
        ) as is_stepped
    from sided

),

judged as (

    select
        *,
        -- Twice the logarithm of how much likelier the counts are where the run has a rate of its own.
        2 * (
            even_jobs * ln(even_jobs * (run_held + side_held) / run_held / (even_jobs + even_side))
            + even_side * ln(even_side * (run_held + side_held) / side_held / (even_jobs + even_side))
        ) / (spread + run_variance / greatest(run_jobs, side_rate * run_held)) as deviance,
        -- How much its weeks differ among themselves: two runs are not one.
        coalesce(run_squares / nullif(rate, 0) - run_jobs, 0) / spread as mixture
    from evened
    where direction * (side_rate * run_held - even_jobs) > 0

),

-- Demand does not fall from one week to the next and come back soon, nor rise so. What lasts is told of the weeks that
-- are less as usual than those beside them, where it steps at both ends, or at one as no drift does: demand drifts,
-- collection steps. A country or search moves by itself and within its source.
odd as (

    select
        source,
        part,
        first_number,
        last_number,
        direction,
        round(deviance - mixture, 6) as likelihood
    from judged
    where
        deviance >= {{ deviations ** 2 }} + ln(week_count)
        and (
            (few_before + few_after is not null and run_weeks <= {{ few }})
            or (
                abs(ln(greatest(run_level, 0.01) / usual_count))
                > abs(ln(greatest(side_level, 0.01) / usual_count))
                and (
                    (is_stepped and run_weeks <= {{ many }})
                    {% for side, inside in [('before', 'from'), ('after', 'until')] -%}
                        or (
                            {{ side }}_step >= {{ var('collection_step_share') }} * {{ side }}_change
                            and (
                                {{ many }} * {{ side }}_step - {{ few }} * {{ side }}_change
                                >= {{ (many - few) * deviations }} * sqrt({{ step_variance }} * variance)
                                or (
                                    {{ side }}_change >= {{ deviations }} * sqrt({{ 2 / many }} * variance)
                                    and {{ side }}_change > {{ large }} * greatest(many_{{ side }}, many_{{ inside }})
                                )
                            )
                        )
                    {% endfor -%}
                )
            )
        )

),

-- Runs overlap: one is told where it is the likeliest of all that hold one of its weeks.
ranked as (

    select
        odd.*,
        row_number() over (
            partition by levels.source, levels.part, levels.week_number
            order by odd.likelihood desc, odd.first_number asc, odd.last_number asc
        ) as odd_rank
    from odd
    inner join levels
        on
            odd.source = levels.source
            and odd.part = levels.part
            and levels.week_number between odd.first_number and odd.last_number

)

select
    source,
    nullif(part, '') as part,
    first_number,
    last_number,
    case direction when 1 then 'thin' else 'surge' end as kind
from ranked
group by source, part, first_number, last_number, direction
having max(odd_rank) = 1
