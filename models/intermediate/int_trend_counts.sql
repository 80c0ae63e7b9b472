with windows as (

    select * from {{ ref('int_trend_windows') }}

),

-- A posting can lie in several windows.
postings as (

    select
        windows.trend_window,
        postings.*
    from {{ ref('int_trend_postings') }} as postings
    inner join windows on postings.week_start between windows.first_week and windows.last_week

),

named as (

    {{ trend_counts(
        'postings',
        ['trend_window', 'stratum_id', 'cell_id', 'employer_group'],
        ['trend_window', 'stratum_id', 'stratum_id', 'employer_group']
    ) }}

),

sides as (

    select
        trend_window as comparison,
        measure,
        name,
        stratum_id,
        cell_id,
        employer_group,
        0 as recent_count,
        posting_count as before_count
    from named
    where trend_window <> 'recent'
    union all
    select
        comparisons.trend_window as comparison,
        recent.measure,
        recent.name,
        recent.stratum_id,
        recent.cell_id,
        recent.employer_group,
        recent.posting_count as recent_count,
        0 as before_count
    from named as recent
    inner join windows as comparisons on recent.trend_window = 'recent' and comparisons.trend_window <> 'recent'

)

select
    comparison,
    measure,
    name,
    stratum_id,
    cell_id,
    employer_group,
    cast(sum(recent_count) as bigint) as recent_count,
    cast(sum(before_count) as bigint) as before_count
from sides
group by comparison, measure, name, stratum_id, cell_id, employer_group
