select
    comparison,
    population,
    stratum_id,
    cell_id,
    cast(sum(recent_count) as bigint) as recent_count,
    cast(sum(before_count) as bigint) as before_count,
    -- Mantel and Haenszel's weight: nothing where one window has none, and little where one has little, so that a cell
    -- counts as much as it can tell. A decimal, whose sums are the same in whatever order they are added.
    cast(
        cast(sum(recent_count) as double) * sum(before_count) / sum(recent_count + before_count) as decimal(28, 12)
    ) as weight
from {{ ref('int_trend_counts') }}
where measure = 'total'
group by comparison, population, stratum_id, cell_id
