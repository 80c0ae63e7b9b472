with skills as (

    select
        skill,
        category
    from {{ ref('dim_skills') }}

)

select
    'ai_share' as measure,
    'all' as population,
    'ai' as name
union all
select
    'skill_share' as measure,
    'with_text' as population,
    skill as name
from skills
union all
select
    'ai_skill_share' as measure,
    'ai_with_text' as population,
    skill as name
from skills
union all
select distinct
    'category_share' as measure,
    'with_text' as population,
    category as name
from skills
union all
select
    'level_share' as measure,
    'all' as population,
    seniority_level as name
from {{ ref('seniority_levels') }}
union all
select
    'role_share' as measure,
    'any_role' as population,
    role_family as name
from {{ ref('dim_role_families') }}
