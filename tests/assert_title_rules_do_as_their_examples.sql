-- A phrase gives its level in its example; words that are no rank never decide in theirs. One precedence has one level.
with rules as (

    select
        *,
        {{ title_words('example') }} as title_words
    from {{ ref('seniority_rules') }}

)

select
    rules.phrase,
    rules.seniority_level as expected_level,
    titles.seniority_level
from rules
inner join {{ ref('int_titles') }} as titles on rules.title_words = titles.title_words
where
    rules.seniority_level <> titles.seniority_level
    or (
        rules.seniority_level is null
        and titles.seniority_rule is not null
        and (rules.position = 'rest' or contains(rules.phrase, titles.seniority_rule))
    )
union all
select
    cast(precedence as string) as phrase,
    min(seniority_level) as expected_level,
    max(seniority_level) as seniority_level
from rules
where seniority_level is not null
group by precedence
having min(seniority_level) <> max(seniority_level)
