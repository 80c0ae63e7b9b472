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

groups as (

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

populations as (

    select population
    from (values ('all'), ('any_role'), ('with_text'), ('ai_with_text')) as listed (population)

),

-- What the shares are shares of.
totals as (

    select
        populations.population,
        groups.trend_window,
        groups.stratum_id,
        -- A share of a role moves with the mix of roles by itself: there the cells know no roles.
        case populations.population when 'any_role' then groups.stratum_id else groups.cell_id end as cell_id,
        groups.employer_group,
        case populations.population
            when 'with_text' then groups.text_count
            when 'ai_with_text' then groups.ai_text_count
            else groups.job_count
        end as posting_count
    from groups
    cross join populations

),

counted as (

    select
        names.population,
        named.measure,
        named.name,
        named.trend_window,
        named.stratum_id,
        named.cell_id,
        named.employer_group,
        named.posting_count
    from named
    inner join {{ ref('int_trend_names') }} as names on named.measure = names.measure and named.name = names.name
    union all
    select
        population,
        'total' as measure,
        population as name,
        trend_window,
        stratum_id,
        cell_id,
        employer_group,
        posting_count
    from totals
    where posting_count > 0

)

select
    comparisons.trend_window as comparison,
    counted.population,
    counted.measure,
    counted.name,
    counted.stratum_id,
    counted.cell_id,
    counted.employer_group,
    cast(coalesce(sum(counted.posting_count) filter (where counted.trend_window = 'recent'), 0) as bigint)
        as recent_count,
    cast(coalesce(sum(counted.posting_count) filter (where counted.trend_window <> 'recent'), 0) as bigint)
        as before_count
from counted
inner join windows as comparisons
    on
        comparisons.trend_window <> 'recent'
        and (counted.trend_window = 'recent' or counted.trend_window = comparisons.trend_window)
group by
    comparisons.trend_window, counted.population, counted.measure, counted.name,
    counted.stratum_id, counted.cell_id, counted.employer_group
