-- A spelling gives its skill in its example and does not in its counter-example; a look-alike's example gives no
-- skill and does not speak of AI.
with spellings as (

    select * from {{ ref('skill_spellings') }}

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
    spellings.skill is not null
    and not exists (
        select 1
        from found
        where found.text_id = md5(spellings.example) and found.skill = spellings.skill
    )
union all
select
    spellings.spelling,
    null as skill,
    spellings.example as sentence
from spellings
inner join {{ ref('int_text_skills') }} as texts on md5(spellings.example) = texts.text_id
where spellings.skill is null and ({{ list_length('texts.skills') }} > 0 or texts.ai_mark_count > 0)
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
