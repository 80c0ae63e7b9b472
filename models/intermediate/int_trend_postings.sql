with postings as (

    select *
    from {{ ref('int_trend_voices') }}
    where
        week_start in (
            select weeks.week_start
            from {{ ref('dim_weeks') }} as weeks
            inner join {{ ref('int_trend_windows') }} as windows
                on
                    weeks.week_start between windows.recent_first and windows.recent_last
                    or weeks.week_start between windows.before_first and windows.before_last
        )

)

select
    posting_id,
    week_start,
    dense_rank() over (
        order by source nulls last, search_term nulls last, country_code nulls last, has_text
    ) as stratum_id,
    dense_rank() over (
        order by source nulls last, search_term nulls last, country_code nulls last, has_text, role_family nulls last
    ) as cell_id,
    employer_group,
    search_term,
    has_text,
    role_family,
    seniority_level,
    is_ai_posting,
    extracted_skills
from postings
