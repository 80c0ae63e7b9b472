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
    counts.country_code,
    counts.role_family,
    counts.seniority_level,
    counts.ai_involvement,
    coalesce(counts.job_count, 0) as job_count,
    coalesce(counts.text_count, 0) as text_count
from weeks
left join counts on weeks.week_start = counts.week_start
