with cells as (

    select
        comparison,
        population,
        cell_id,
        recent_count,
        before_count
    from {{ ref('int_trend_cells') }}
    where recent_count > 0 and before_count > 0

),

-- Each cell as it is without each group of employers that has postings in it.
remaining as (

    select
        left_out.comparison,
        left_out.population,
        left_out.cell_id,
        left_out.employer_group,
        cells.recent_count,
        cells.before_count,
        cells.recent_count - left_out.recent_count as recent_left,
        cells.before_count - left_out.before_count as before_left
    from {{ ref('int_trend_counts') }} as left_out
    inner join cells
        on
            left_out.measure = 'total'
            and left_out.comparison = cells.comparison
            and left_out.population = cells.population
            and left_out.cell_id = cells.cell_id

),

without_group as (

    select
        comparison,
        population,
        cell_id,
        employer_group,
        -- The earlier window's part of the cell, in all and without the group.
        case
            when recent_left + before_left > 0 then cast(before_left as double) / (recent_left + before_left)
            else 0
        end as before_part_left,
        case
            when recent_left + before_left > 0 then cast(before_left as double) / (recent_left + before_left)
            else 0
        end - cast(before_count as double) / (recent_count + before_count) as part_moved,
        case
            when recent_left + before_left > 0
                then cast(recent_left as double) * before_left / (recent_left + before_left)
            else 0
        end - cast(recent_count as double) * before_count / (recent_count + before_count) as weight_moved
    from remaining

),

weights as (

    select
        comparison,
        population,
        employer_group,
        cast(sum(cast(weight_moved as decimal(28, 12))) as double) as weight_moved
    from without_group
    group by comparison, population, employer_group

),

cell_counts as (

    select
        comparison,
        population,
        measure,
        name,
        cell_id,
        sum(recent_count + before_count) as posting_count
    from {{ ref('int_trend_counts') }}
    where measure <> 'total'
    group by comparison, population, measure, name, cell_id

),

-- What (x1 * n0 - x0 * n1) / (n1 + n0) loses with the group: its own postings that count, and the others' new weight.
moved as (

    select
        cell_counts.comparison,
        cell_counts.measure,
        cell_counts.name,
        without_group.employer_group,
        cell_counts.posting_count * without_group.part_moved as change_moved,
        0 as is_own
    from cell_counts
    inner join without_group
        on
            cell_counts.comparison = without_group.comparison
            and cell_counts.population = without_group.population
            and cell_counts.cell_id = without_group.cell_id
    union all
    select
        counts.comparison,
        counts.measure,
        counts.name,
        counts.employer_group,
        counts.before_count * (1 - without_group.before_part_left)
        - counts.recent_count * without_group.before_part_left as change_moved,
        1 as is_own
    from {{ ref('int_trend_counts') }} as counts
    inner join without_group
        on
            counts.measure <> 'total'
            and counts.comparison = without_group.comparison
            and counts.population = without_group.population
            and counts.cell_id = without_group.cell_id
            and counts.employer_group = without_group.employer_group

),

moved_changes as (

    select
        comparison,
        measure,
        name,
        employer_group,
        cast(sum(cast(change_moved as decimal(28, 12))) as double) as change_moved,
        max(is_own) as is_own
    from moved
    group by comparison, measure, name, employer_group

),

-- The change inside cells as it is without each group; a group that has no posting in a cell changes nothing.
replicates as (

    select
        changes.comparison,
        changes.measure,
        changes.name,
        weights.employer_group,
        cast(
            100 * (changes.weighted_change + coalesce(moved_changes.change_moved, 0))
            / (changes.weight + weights.weight_moved) as decimal(28, 12)
        ) as within_points,
        coalesce(moved_changes.is_own, 0) as is_own
    from {{ ref('int_trend_changes') }} as changes
    inner join weights
        on changes.comparison = weights.comparison and changes.population = weights.population
    left join moved_changes
        on
            changes.comparison = moved_changes.comparison
            and changes.measure = moved_changes.measure
            and changes.name = moved_changes.name
            and weights.employer_group = moved_changes.employer_group
    -- A cell of both windows weighs a half at least: what is less is rounded.
    where changes.weight + weights.weight_moved > 0.25

),

-- Sums of decimals, as above.
deviations as (

    select
        *,
        power(
            cast(within_points as double) - cast(sum(within_points) over change as double) / count(*) over change, 2
        ) as squared
    from replicates
    window change as (partition by comparison, measure, name)

),

totals as (

    select
        *,
        cast(sum(cast(squared as decimal(38, 20))) over (partition by comparison, measure, name) as double) as total
    from deviations

)

-- As many degrees of freedom as the groups' deviations bear out (Satterthwaite): few where one group says it all.
select
    comparison,
    measure,
    name,
    sum(is_own) as own_group_count,
    case when count(*) > 1 then sqrt(total * (count(*) - 1) / count(*)) end as standard_error,
    least(
        count(*) - 1,
        3 / cast(sum(cast(power(squared / nullif(total, 0), 2) as decimal(38, 20))) as double)
    ) as degrees_of_freedom
from totals
group by comparison, measure, name, total
