with sides as (

    select
        comparison,
        true as is_recent,
        recent_first as first_week,
        recent_last as last_week
    from {{ ref('int_trend_windows') }}
    where before_first is not null
    union all
    select
        comparison,
        false as is_recent,
        before_first as first_week,
        before_last as last_week
    from {{ ref('int_trend_windows') }}
    where before_first is not null

),

windows as (

    select
        *,
        dense_rank() over (order by first_week, last_week) as trend_window
    from sides

),

-- What several comparisons look at is counted once.
spans as (

    select distinct
        trend_window,
        first_week,
        last_week
    from windows

),

-- A posting can lie in several of them.
postings as (

    select
        spans.trend_window,
        postings.*
    from {{ ref('int_trend_postings') }} as postings
    inner join spans on postings.week_start between spans.first_week and spans.last_week

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
    cross join (values ('all'), ('any_role'), ('with_text'), ('ai_with_text')) as populations (population)

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
    windows.comparison,
    counted.population,
    counted.measure,
    counted.name,
    counted.stratum_id,
    counted.cell_id,
    counted.employer_group,
    cast(coalesce(sum(counted.posting_count) filter (where windows.is_recent), 0) as bigint)
        as recent_count,
    cast(coalesce(sum(counted.posting_count) filter (where not windows.is_recent), 0) as bigint)
        as before_count
from counted
inner join windows on counted.trend_window = windows.trend_window
group by
    windows.comparison, counted.population, counted.measure, counted.name,
    counted.stratum_id, counted.cell_id, counted.employer_group
