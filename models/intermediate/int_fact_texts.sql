{{ config(materialized='view') }}

with texts as (

    select * from {{ ref('int_texts') }}

),

postings as (

    select * from {{ ref('int_postings') }}

),

salaries as (

    select distinct salary
    from {{ ref('stg_job_postings') }}
    where salary is not null

),

-- Few titles name money, and none else is read.
titles as (

    select distinct title
    from postings
    where regexp_matches(title, '[$€£₹]|[0-9] ?[kK]\b|[0-9][.,][0-9]{3}|(?i:eur|usd|gbp|chf|sek) ?[0-9]')

)

select
    text_id,
    text,
    false as is_field
from texts
union all
select
    md5('field ' || salary) as text_id,
    salary as text,
    true as is_field
from salaries
union all
select
    md5('field ' || titles.title) as text_id,
    titles.title as text,
    true as is_field
from titles
left join salaries on titles.title = salaries.salary
where salaries.salary is null
