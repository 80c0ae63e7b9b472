with counts as (

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
from {{ ref('dim_weeks') }} as weeks
left join counts on weeks.week_start = counts.week_start
left join {{ ref('dim_sources') }} as sources on counts.source = sources.source
left join {{ ref('dim_places') }} as countries
    on counts.country_code = countries.country_code and countries.place_level = 'country'
left join {{ ref('dim_role_families') }} as role_families on counts.role_family = role_families.role_family
left join {{ ref('dim_seniority_levels') }} as levels on counts.seniority_level = levels.seniority_level
