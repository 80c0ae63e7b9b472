with totals as (

    select
        comparison,
        population,
        sum(recent_count) as recent_total,
        sum(before_count) as before_total,
        cast(sum(weight) as double) as weight,
        coalesce(sum(recent_count) filter (where weight > 0), 0) as recent_matched,
        coalesce(sum(before_count) filter (where weight > 0), 0) as before_matched
    from {{ ref('int_trend_cells') }}
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
    from {{ ref('int_trend_cells') }}
    group by comparison, population, stratum_id

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

-- Inside each cell: its weight, n1 * n0 / (n1 + n0), times the change of the share. Decimals, as the weights.
inside_cells as (

    select
        counts.comparison,
        counts.population,
        counts.measure,
        counts.name,
        counts.stratum_id,
        sum(counts.recent_count) as recent_count,
        sum(counts.before_count) as before_count,
        sum(cast(
            (counts.recent_count * cells.before_count - counts.before_count * cells.recent_count)
            / cast(cells.recent_count + cells.before_count as double) as decimal(28, 12)
        )) as weighted_change
    from counts
    inner join {{ ref('int_trend_cells') }} as cells
        on
            counts.comparison = cells.comparison
            and counts.population = cells.population
            and counts.cell_id = cells.cell_id
    group by counts.comparison, counts.population, counts.measure, counts.name, counts.stratum_id

),

-- Inside each stratum, whatever its mix of roles, with the weight of its cells.
inside_strata as (

    select
        inside_cells.comparison,
        inside_cells.measure,
        inside_cells.name,
        sum(inside_cells.recent_count) as recent_count,
        sum(inside_cells.before_count) as before_count,
        cast(sum(inside_cells.weighted_change) as double) as weighted_change,
        cast(sum(cast(
            case
                when strata.weight > 0
                    then strata.weight * (
                        cast(inside_cells.recent_count as double) / strata.recent_total
                        - cast(inside_cells.before_count as double) / strata.before_total
                    )
            end as decimal(28, 12)
        )) as double) as stratum_change
    from inside_cells
    inner join strata
        on
            inside_cells.comparison = strata.comparison
            and inside_cells.population = strata.population
            and inside_cells.stratum_id = strata.stratum_id
    group by inside_cells.comparison, inside_cells.measure, inside_cells.name

),

shares as (

    select
        totals.comparison,
        names.measure,
        names.population,
        names.name,
        coalesce(inside_strata.recent_count, 0) as recent_count,
        totals.recent_total,
        coalesce(inside_strata.before_count, 0) as before_count,
        totals.before_total,
        coalesce(100 * inside_strata.weighted_change / nullif(totals.weight, 0), 0) as within_points,
        coalesce(100 * inside_strata.stratum_change / nullif(totals.weight, 0), 0) as stratum_points,
        coalesce(inside_strata.weighted_change, 0) as weighted_change,
        totals.weight,
        least(
            cast(totals.recent_matched as double) / totals.recent_total,
            cast(totals.before_matched as double) / totals.before_total
        ) as matched_share
    from {{ ref('int_trend_names') }} as names
    inner join totals on names.population = totals.population and totals.recent_total > 0 and totals.before_total > 0
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
