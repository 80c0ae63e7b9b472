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

counts as (

    select
        trend_window,
        stratum_id,
        cell_id,
        employer_group,
        count(*) as job_count,
        count(*) filter (where has_text) as text_count,
        count(*) filter (where has_text and is_ai_posting) as ai_text_count
    from postings
    group by trend_window, stratum_id, cell_id, employer_group

),

-- What a share is a share of: each measure has its population.
populations as (

    select
        'all' as population,
        trend_window,
        stratum_id,
        cell_id,
        employer_group,
        job_count as posting_count
    from counts
    union all
    select
        'with_text' as population,
        trend_window,
        stratum_id,
        cell_id,
        employer_group,
        text_count as posting_count
    from counts
    union all
    select
        'ai_with_text' as population,
        trend_window,
        stratum_id,
        cell_id,
        employer_group,
        ai_text_count as posting_count
    from counts
    union all
    -- A share of a role moves with the mix of roles by itself: there the cells know no roles.
    select
        'any_role' as population,
        trend_window,
        stratum_id,
        stratum_id as cell_id,
        employer_group,
        sum(job_count) as posting_count
    from counts
    group by trend_window, stratum_id, employer_group

),

recent as (

    select * from populations
    where trend_window = 'recent' and posting_count > 0

),

before as (

    select * from populations
    where trend_window <> 'recent' and posting_count > 0

),

sides as (

    select
        before.trend_window as comparison,
        before.population,
        before.stratum_id,
        before.cell_id,
        before.employer_group,
        cast(0 as bigint) as recent_count,
        before.posting_count as before_count
    from before
    union all
    select
        comparisons.trend_window as comparison,
        recent.population,
        recent.stratum_id,
        recent.cell_id,
        recent.employer_group,
        recent.posting_count as recent_count,
        cast(0 as bigint) as before_count
    from recent
    inner join windows as comparisons on comparisons.trend_window <> 'recent'

)

select
    comparison,
    population,
    stratum_id,
    cell_id,
    employer_group,
    cast(sum(recent_count) as bigint) as recent_count,
    cast(sum(before_count) as bigint) as before_count
from sides
group by comparison, population, stratum_id, cell_id, employer_group
