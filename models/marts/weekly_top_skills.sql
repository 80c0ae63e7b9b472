with ranked as (

    select
        week_start,
        skill,
        count,
        ai_count,
        cast(row_number() over (partition by week_start order by count desc, skill asc) as bigint) as rank
    from {{ ref('weekly_skills') }}

)

select
    week_start,
    skill,
    count,
    ai_count,
    rank
from ranked
where rank <= {{ var('top_skills_per_week') }}
