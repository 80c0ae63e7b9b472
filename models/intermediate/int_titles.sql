with spelled as (

    select distinct title
    from {{ ref('stg_job_postings') }}
    where title is not null

),

worded as (

    select
        title,
        {{ title_words('title') }} as title_words
    from spelled

),

-- A role is named without marks of gender ("m w d") and without words for where one works.
roles as (

    select
        title,
        title_words,
        regexp_replace(
            regexp_replace(title_words, '\b(?:[mwfdxvh]|gn|div)(?: (?:[mwfdxvhi]|gn|div)){1,3}\b', '', 'g'),
            '\b(?:{{ any_of(var("role_noise_words")) }})\b', '', 'g'
        ) as role_words
    from worded

)

select
    title,
    {{ text_key('title') }} as title_key,
    title_words,
    coalesce(
        nullif(regexp_replace(role_words, '[ |]+', '', 'g'), ''), regexp_replace(title_words, '[ |]+', '', 'g')
    ) as role_key,
    regexp_matches(title, '[\p{L}\p{N}]') as has_words
from roles
