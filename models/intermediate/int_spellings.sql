{{ config(materialized='view') }}

-- A look-alike has no skill and silences in every edition.
select
    spellings.spelling,
    spellings.skill,
    spellings.is_case_sensitive,
    spellings.needs,
    spellings.within
from {{ ref('skill_spellings') }} as spellings
left join {{ ref('ai_skills') }} as skills on spellings.skill = skills.skill
where
    spellings.skill is null
    or skills.edition in (
        {{ literals(var("taxonomy_editions")) }}  -- noqa: LT05
    )
