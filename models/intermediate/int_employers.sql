with spelled as (

    select distinct company
    from {{ ref('stg_job_postings') }}
    where company is not null

),

worded as (

    select
        company,
        {{ text_key('company') }} as company_key,
        {{ employer_words('company') }} as employer_words
    from spelled

)

-- Companies of one group begin alike ("ING", "ING Bank"); their texts tell whether they mean one posting.
select
    company,
    company_key,
    replace(employer_words, ' ', '') as employer_key,
    left(split_part(employer_words, ' ', 1), 4) as employer_group
from worded
