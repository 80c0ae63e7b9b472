with weeks as (

    select week_start from {{ ref('dim_weeks') }}

),

counts as (

    select
        week_start,
        source,
        country_code,
        role_family,
        seniority_level,
        ai_involvement,
        count(*) as job_count,
        count(*) filter (where has_text) as text_count
    from {{ ref('fct_job_postings') }}
    group by week_start, source, country_code, role_family, seniority_level, ai_involvement

),

sources as (

    select * from {{ ref('dim_sources') }}

),

countries as (

    select * from {{ ref('dim_places') }}
    where place_level = 'country'

),

role_families as (

    select * from {{ ref('dim_role_families') }}

),

levels as (

    select * from {{ ref('dim_seniority_levels') }}

)

select
    concat_ws(
        '|',
        weeks.week_start,
        coalesce(counts.source, ''),
        coalesce(counts.country_code, ''),
        coalesce(counts.role_family, ''),
        coalesce(counts.seniority_level, ''),
        coalesce(counts.ai_involvement, '')
    ) as weekly_postings_id,
    weeks.week_start,
    counts.source,
    sources.display_name as source_name,
    counts.country_code,
    countries.country,
    counts.role_family,
    role_families.display_name as role_family_name,
    counts.seniority_level,
    levels.display_name as seniority_name,
    levels.seniority_rank,
    counts.ai_involvement,
    coalesce(counts.job_count, 0) as job_count,
    coalesce(counts.text_count, 0) as text_count
from weeks
left join counts on weeks.week_start = counts.week_start
left join sources on counts.source = sources.source
left join countries on counts.country_code = countries.country_code
left join role_families on counts.role_family = role_families.role_family
left join levels on counts.seniority_level = levels.seniority_level
