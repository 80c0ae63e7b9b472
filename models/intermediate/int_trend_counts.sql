with windows as (

    select * from {{ ref('int_trend_windows') }}

),

postings as (

    select * from {{ ref('int_trend_postings') }}

),

skills as (

    select
        skill,
        category
    from {{ ref('dim_skills') }}

),

mentions as (

    select
        posting_id,
        week_start,
        stratum_id,
        cell_id,
        employer_group,
        is_ai_posting,
        unnest(extracted_skills) as skill
    from postings
    where has_text

),

skill_counts as (

    select
        week_start,
        skill,
        stratum_id,
        cell_id,
        employer_group,
        count(*) as mention_count,
        count(*) filter (where is_ai_posting) as ai_mention_count
    from mentions
    group by week_start, skill, stratum_id, cell_id, employer_group

),

-- A posting counts once in a category, however many of its skills it mentions.
categories as (

    select distinct
        mentions.posting_id,
        mentions.week_start,
        mentions.stratum_id,
        mentions.cell_id,
        mentions.employer_group,
        skills.category
    from mentions
    inner join skills on mentions.skill = skills.skill

),

named as (

    select
        'ai_share' as measure,
        'ai' as name,
        week_start,
        stratum_id,
        cell_id,
        employer_group,
        count(*) as posting_count
    from postings
    where is_ai_posting
    group by week_start, stratum_id, cell_id, employer_group
    union all
    select
        'skill_share' as measure,
        skill as name,
        week_start,
        stratum_id,
        cell_id,
        employer_group,
        mention_count as posting_count
    from skill_counts
    union all
    select
        'ai_skill_share' as measure,
        skill as name,
        week_start,
        stratum_id,
        cell_id,
        employer_group,
        ai_mention_count as posting_count
    from skill_counts
    where ai_mention_count > 0
    union all
    select
        'category_share' as measure,
        category as name,
        week_start,
        stratum_id,
        cell_id,
        employer_group,
        count(*) as posting_count
    from categories
    group by category, week_start, stratum_id, cell_id, employer_group
    union all
    select
        'level_share' as measure,
        seniority_level as name,
        week_start,
        stratum_id,
        cell_id,
        employer_group,
        count(*) as posting_count
    from postings
    group by seniority_level, week_start, stratum_id, cell_id, employer_group
    union all
    select
        'role_share' as measure,
        role_family as name,
        week_start,
        stratum_id,
        stratum_id as cell_id,
        employer_group,
        count(*) as posting_count
    from postings
    where role_family is not null
    group by role_family, week_start, stratum_id, employer_group

),

windowed as (

    select
        windows.trend_window,
        named.measure,
        named.name,
        named.stratum_id,
        named.cell_id,
        named.employer_group,
        sum(named.posting_count) as posting_count
    from named
    inner join windows on named.week_start between windows.first_week and windows.last_week
    group by
        windows.trend_window, named.measure, named.name, named.stratum_id, named.cell_id, named.employer_group

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
    from windowed
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
    from windowed as recent
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
