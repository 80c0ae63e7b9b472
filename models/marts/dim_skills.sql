with skills as (

    select *
    from {{ ref('ai_skills') }}
    where
        edition in (
            '{{ var("taxonomy_editions") | map("replace", "'", "''") | join("', '") }}'  -- noqa: LT05
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
