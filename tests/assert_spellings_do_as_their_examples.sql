-- A spelling gives its skill in its example and does not in its counter-example.
with spellings as (

    select *
    from {{ ref('skill_spellings') }}
    where skill is not null

),

found as (

    select
        text_id,
        {{ unnest_list('skills') }} as skill
    from {{ ref('int_text_skills') }}

)

select
    spellings.spelling,
    spellings.skill,
    spellings.example as sentence
from spellings
where
    not exists (
        select 1
        from found
        where found.text_id = md5(spellings.example) and found.skill = spellings.skill
    )
union all
select
    spellings.spelling,
    spellings.skill,
    spellings.counter_example as sentence
from spellings
where
    exists (
        select 1
        from found
        where found.text_id = md5(spellings.counter_example) and found.skill = spellings.skill
    )
