{{ config(materialized='view') }}

-- Few titles name money, and none else is read.
with fields as (

    select salary as text
    from {{ ref('stg_job_postings') }}
    where salary is not null
    union
    select title as text
    from {{ ref('int_postings') }}
    where regexp_matches(title, '[$€£₹]|[0-9] ?[kK]\b|[0-9][.,][0-9]{3}|(?i:eur|usd|gbp|chf|sek) ?[0-9]')

)

select
    text_id,
    text,
    false as is_field
from {{ ref('int_texts') }}
union all
select
    md5('field ' || text) as text_id,
    text,
    true as is_field
from fields
