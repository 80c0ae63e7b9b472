with spelled as (

    select distinct title
    from {{ ref('stg_job_postings') }}
    where title is not null

),

worded as (

    select
        title,
        {{ text_key('title') }} as title_key,
        {{ title_words('title') }} as title_words,
        regexp_matches(title, '[\p{L}\p{N}]') as has_words
    from spelled

)

select
    title,
    title_key,
    title_words,
    {{ role_key('title_words') }} as role_key,
    has_words
from worded
