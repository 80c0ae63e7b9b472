with names as (

    select * from {{ ref('int_trend_names') }}

),

cells as (

    select * from {{ ref('int_trend_cells') }}

),

totals as (

    select
        comparison,
        population,
        sum(recent_count) as recent_total,
        sum(before_count) as before_total,
        cast(sum(weight) as double) as weight,
        coalesce(sum(recent_count) filter (where weight > 0), 0) as recent_matched,
        coalesce(sum(before_count) filter (where weight > 0), 0) as before_matched
    from cells
    group by comparison, population

),

strata as (

    select
        comparison,
        population,
        stratum_id,
        sum(recent_count) as recent_total,
        sum(before_count) as before_total,
        cast(sum(weight) as double) as weight
    from cells
    group by comparison, population, stratum_id
    having sum(weight) > 0

),

counts as (

    select
        comparison,
        population,
        measure,
        name,
        stratum_id,
        cell_id,
        sum(recent_count) as recent_count,
        sum(before_count) as before_count
    from {{ ref('int_trend_counts') }}
    where measure <> 'total'
    group by comparison, population, measure, name, stratum_id, cell_id

),

name_totals as (

    select
        comparison,
        measure,
        name,
        sum(recent_count) as recent_count,
        sum(before_count) as before_count
    from counts
    group by comparison, measure, name

),

-- Inside each cell: its weight, n1 * n0 / (n1 + n0), times the change of the share.
-- Decimals, as the weights.
inside_cells as (

    select
        counts.comparison,
        counts.measure,
        counts.name,
        cast(sum(cast(
            (counts.recent_count * cells.before_count - counts.before_count * cells.recent_count)
            / cast(cells.recent_count + cells.before_count as double) as decimal(28, 12)
        )) as double) as weighted_change
    from counts
    inner join cells
        on
            counts.comparison = cells.comparison
            and counts.population = cells.population
            and counts.cell_id = cells.cell_id
    group by counts.comparison, counts.measure, counts.name

),

stratum_counts as (

    select
        comparison,
        measure,
        population,
        name,
        stratum_id,
        sum(recent_count) as recent_count,
        sum(before_count) as before_count
    from counts
    group by comparison, measure, population, name, stratum_id

),

-- Inside each stratum, whatever its mix of roles, with the weight of its cells.
inside_strata as (

    select
        stratum_counts.comparison,
        stratum_counts.measure,
        stratum_counts.name,
        cast(sum(cast(
            strata.weight * (
                cast(stratum_counts.recent_count as double) / strata.recent_total
                - cast(stratum_counts.before_count as double) / strata.before_total
            ) as decimal(28, 12)
        )) as double) as weighted_change
    from stratum_counts
    inner join strata
        on
            stratum_counts.comparison = strata.comparison
            and stratum_counts.population = strata.population
            and stratum_counts.stratum_id = strata.stratum_id
    group by stratum_counts.comparison, stratum_counts.measure, stratum_counts.name

),

shares as (

    select
        totals.comparison,
        names.measure,
        names.population,
        names.name,
        coalesce(name_totals.recent_count, 0) as recent_count,
        totals.recent_total,
        coalesce(name_totals.before_count, 0) as before_count,
        totals.before_total,
        coalesce(100 * inside_cells.weighted_change / nullif(totals.weight, 0), 0) as within_points,
        coalesce(100 * inside_strata.weighted_change / nullif(totals.weight, 0), 0) as stratum_points,
        coalesce(inside_cells.weighted_change, 0) as weighted_change,
        totals.weight,
        least(
            cast(totals.recent_matched as double) / totals.recent_total,
            cast(totals.before_matched as double) / totals.before_total
        ) as matched_share
    from names
    inner join totals on names.population = totals.population and totals.recent_total > 0 and totals.before_total > 0
    left join name_totals
        on
            totals.comparison = name_totals.comparison
            and names.measure = name_totals.measure
            and names.name = name_totals.name
    left join inside_cells
        on
            totals.comparison = inside_cells.comparison
            and names.measure = inside_cells.measure
            and names.name = inside_cells.name
    left join inside_strata
        on
            totals.comparison = inside_strata.comparison
            and names.measure = inside_strata.measure
            and names.name = inside_strata.name

),

changes as (

    select
        *,
        100.0 * recent_count / recent_total - 100.0 * before_count / before_total as change_points
    from shares

)

select
    comparison,
    measure,
    population,
    name,
    cast(recent_count as bigint) as recent_count,
    cast(recent_total as bigint) as recent_total,
    cast(before_count as bigint) as before_count,
    cast(before_total as bigint) as before_total,
    change_points,
    within_points,
    change_points - stratum_points as collection_points,
    stratum_points - within_points as role_points,
    weighted_change,
    weight,
    matched_share
from changes
