with spelled as (

    select distinct posted_date_text
    from {{ ref('stg_job_postings') }}
    where posted_date_text is not null

),

read as (

    select
        posted_date_text,
        {{ date_number('posted_date_text') }} as number,
        {{ date_words('posted_date_text') }} as words,
        {{ relative_words('posted_date_text') }} as relative_words,
        case when {{ is_day_month_date('posted_date_text') }} then posted_date_text end as day_month_text
    from spelled

),

with_month as (

    select
        *,
        {{ month_of('words') }} as month,
        {{ without_month('words') }} as words_without_month
    from read

)

select
    posted_date_text,
    {{ absolute_date('posted_date_text', 'number', 'words_without_month', 'month') }} as absolute_date,
    {{ days_ago('relative_words') }} as days_ago,
    {{ day_month_number('day_month_text', 1) }} as first_number,
    {{ day_month_number('day_month_text', 2) }} as second_number,
    {{ day_month_date('day_month_text', true) }} as day_first_date,
    {{ day_month_date('day_month_text', false) }} as month_first_date
from with_month
