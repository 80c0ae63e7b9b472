with summed as (

    select
        *,
        sum(cast(judged_count as decimal(28, 12))) over so_far as jobs_so_far,
        sum(cast(late_variance as decimal(28, 12))) over so_far as variance_so_far
    from {{ ref('int_collection_levels') }}
    window so_far as (partition by source order by week_number)

),

-- From the first to the last week of each run. DuckDB and Spark leave out a side that is not there.
runs as (

    select
        opening.source,
        opening.week_number as first_number,
        closing.week_number as last_number,
        opening.spread,
        opening.many_around,
        closing.week_number - opening.week_number + 1 as run_weeks,
        cast(closing.jobs_so_far - opening.jobs_so_far as double) + opening.judged_count as run_count,
        cast(closing.variance_so_far - opening.variance_so_far as double) + opening.late_variance as late_variance,
        least(opening.judged_count, closing.judged_count) as lower_end,
        greatest(opening.judged_count, closing.judged_count) as upper_end,
        least(opening.few_before, closing.few_after) as lower_side,
        greatest(opening.few_before, closing.few_after) as upper_side
    from summed as opening
    inner join summed as closing
        on
            opening.source = closing.source
            and closing.week_number
            between opening.week_number and opening.week_number + {{ 2 * var('collection_weeks') - 1 }}

)

-- Demand of a whole source does not fall from one week to the next and come back soon, nor rise so.
select
    source,
    first_number,
    last_number,
    case when upper_end < lower_side then 'thin' else 'surge' end as kind
from runs
where
    (
        upper_end < {{ var('collection_thin_share') }} * lower_side
        and run_count < {{ var('collection_thin_share') }} * run_weeks * least(lower_side, many_around)
        and run_weeks * lower_side - run_count >= {{ var('collection_deviations') }} * sqrt(
            spread * run_weeks * lower_side * (1 + 0.5 * run_weeks / {{ var('collection_weeks') }}) + late_variance
        )
    )
    or (
        {{ var('collection_thin_share') }} * lower_end > upper_side
        and {{ var('collection_thin_share') }} * run_count > run_weeks * greatest(upper_side, many_around)
        and run_count - run_weeks * upper_side >= {{ var('collection_deviations') }} * sqrt(
            spread * run_count * (1 + 0.5 * run_weeks / {{ var('collection_weeks') }}) + late_variance
        )
    )
