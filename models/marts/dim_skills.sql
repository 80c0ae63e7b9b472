with skills as (

    select *
    from {{ ref('ai_skills') }}
    where
        edition in (
            {{ literals(var("taxonomy_editions")) }}  -- noqa: LT05
        )

)

select
    skills.skill,
    skills.display_name,
    skills.category,
    skills.edition,
    parents.skill as parent,
    skills.is_core_ai
from skills
left join skills as parents on skills.parent = parents.skill
