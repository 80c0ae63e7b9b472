with postings as (

    select
        *,
        {{ text_key('title') }} as title_key,
        {{ text_key('company') }} as company_key,
        {{ text_key('location') }} as location_key,
        {{ url_key('url') }} as url_key,
        {{ absolute_date('posted_date_text') }} as absolute_date,
        {{ is_day_month_date('posted_date_text') }} as is_day_month_date,
        case when {{ matches('description', '[^\\s\\p{Z}\\p{C}]') }} then md5(description) end as text_id
    from {{ ref('stg_job_postings') }}

),

-- One number above 12 settles for the whole file whether it writes the day or the month first.
day_month_orders as (

    select
        source_file,
        loaded_at,
        max({{ day_month_number('posted_date_text', 1) }}) > 12 as has_day_first,
        max({{ day_month_number('posted_date_text', 2) }}) > 12 as has_month_first
    from postings
    where is_day_month_date
    group by source_file, loaded_at

),

dated as (

    select
        postings.*,
        case
            when postings.absolute_date is not null then postings.absolute_date
            when postings.is_day_month_date and orders.has_day_first <> orders.has_month_first
                then {{ day_month_date('postings.posted_date_text', 'orders.has_day_first') }}
            when
                postings.is_day_month_date
                and {{ day_month_number('postings.posted_date_text', 1) }}
                = {{ day_month_number('postings.posted_date_text', 2) }}
                then {{ day_month_date('postings.posted_date_text', 'true') }}
        end as stated_date,
        case
            when postings.absolute_date is null and postings.posted_date_text is not null
                then {{ days_ago('postings.posted_date_text') }}
        end as days_ago
    from postings
    left join day_month_orders as orders
        on
            postings.source_file = orders.source_file
            and postings.loaded_at = orders.loaded_at
            and postings.is_day_month_date

),

resolved as (

    select
        *,
        case
            when posted_date_text is null then cast(seen_at as date)
            when stated_date is not null then stated_date
            else {{ days_before('cast(seen_at as date)', 'days_ago') }}
        end as posted_date
    from dated

)

select
    observation_id,
    source_file,
    source_row,
    loaded_at,
    seen_at,

    title,
    company,
    location,
    source,
    url,

    title_key,
    company_key,
    location_key,
    url_key,
    {{ title_words('title') }} as title_words,
    text_id,

    posted_date,
    stated_date is null and posted_date is not null as is_date_estimated,

    case
        when title is null or not {{ matches('title', '[\\p{L}\\p{N}]') }} then 'missing_title'
        when text_id is null and url is null then 'no_text_and_no_url'
        when
            posted_date is null
            and is_day_month_date
            and {{ day_month_number('posted_date_text', 1) }} between 1 and 12
            and {{ day_month_number('posted_date_text', 2) }} between 1 and 12
            then 'ambiguous_date'
        when posted_date is null then 'unreadable_date'
        when
            posted_date < cast('{{ var("earliest_posted_date") }}' as date)
            or {{ days_before('posted_date', var('max_days_ahead')) }} > cast(loaded_at as date)
            then 'implausible_date'
    end as rejection_reason
from resolved
