{{ config(materialized='incremental', incremental_strategy='append') }}

with
{% if is_incremental() %}
    -- Read apart from the rest of staging: which loads are new shows without trimming every field.
    loads as (

        select
            source_file,
            loaded_at
        from {{ ref('stg_job_postings') }}
        except
        select
            source_file,
            loaded_at
        from {{ this }}

    ),
{% endif %}

observations as {{ computed_each_time() }} (

    select staged.*
    from {{ ref('stg_job_postings') }} as staged
    {% if is_incremental() %}
        -- By equality, not null-safe: from that the scan knows which loads to pass over, and no raw row lacks either.
        inner join loads on staged.source_file = loads.source_file and staged.loaded_at = loads.loaded_at
    {% endif %}

),

-- Titles, companies and places repeat: each spelling is read once.
titles as (

    select
        title,
        {{ text_key('title') }} as title_key,
        {{ title_words('title') }} as title_words,
        {{ matches('title', '[\\p{L}\\p{N}]') }} as has_words
    from (select distinct title from observations) as spelled
    where title is not null

),

roles as (

    select
        *,
        {{ role_key('title_words') }} as role_key
    from titles

),

companies as (

    select
        company,
        {{ text_key('company') }} as company_key,
        {{ employer_words('company') }} as employer_words
    from (select distinct company from observations) as spelled
    where company is not null

),

-- Companies of one group begin alike ("ING", "ING Bank"); their texts tell whether they mean one posting.
employers as (

    select
        company,
        company_key,
        replace(employer_words, ' ', '') as employer_key,
        left(split_part(employer_words, ' ', 1), 4) as employer_group
    from companies

),

locations as (

    select
        location,
        {{ text_key('location') }} as location_key,
        {{ place_key('location') }} as place_key
    from (select distinct location from observations) as spelled
    where location is not null

),

places as (

    select
        locations.location,
        locations.location_key,
        case
            when aliases.alias is not null then aliases.city
            else nullif(locations.place_key, '')
        end || {{ place_state('locations.location_key') }} as city
    from locations
    left join {{ ref('place_aliases') }} as aliases on locations.place_key = aliases.alias

),

-- What a date says stands in its spelling, but for the order of day and month.
spelled_dates as (

    select
        posted_date_text,
        {{ date_number('posted_date_text') }} as number,
        {{ date_words('posted_date_text') }} as words,
        {{ relative_words('posted_date_text') }} as relative_words,
        case when {{ is_day_month_date('posted_date_text') }} then posted_date_text end as day_month_text
    from (select distinct posted_date_text from observations) as spelled
    where posted_date_text is not null

),

dates_with_month as (

    select
        *,
        {{ month_of('words') }} as month,
        {{ without_month('words') }} as words_without_month
    from spelled_dates

),

dates as (

    select
        posted_date_text,
        {{ absolute_date('posted_date_text', 'number', 'words_without_month', 'month') }} as absolute_date,
        {{ days_ago('relative_words') }} as days_ago,
        day_month_text,
        {{ day_month_number('day_month_text', 1) }} as first_number,
        {{ day_month_number('day_month_text', 2) }} as second_number,
        {{ day_month_date('day_month_text', true) }} as day_first_date,
        {{ day_month_date('day_month_text', false) }} as month_first_date
    from dates_with_month

),

-- One number above 12 settles for the whole file whether it writes the day or the month first.
day_month_orders as (

    select
        observations.source_file,
        observations.loaded_at,
        max(dates.first_number) > 12 as has_day_first,
        max(dates.second_number) > 12 as has_month_first
    from observations
    inner join dates on observations.posted_date_text = dates.posted_date_text
    where dates.day_month_text is not null
    group by observations.source_file, observations.loaded_at

),

addressed as (

    select
        *,
        split_part(url, '#', 1) as address
    from observations

),

keyed as (

    select
        observations.observation_id,
        observations.source_file,
        observations.source_row,
        observations.loaded_at,
        observations.seen_at,

        observations.title,
        observations.company,
        observations.location,
        observations.source,
        observations.url,
        observations.search_term,

        roles.title_key,
        employers.company_key,
        places.location_key,
        {{ url_key('observations.address') }} as url_key,
        roles.title_words,
        coalesce(roles.has_words, false) as has_title,
        case
            when {{ matches('observations.description', '[^\\s\\p{Z}\\p{C}]') }} then md5(observations.description)
        end as text_id,

        case
            when employers.employer_key is not null
                then {{ hash_of(['roles.role_key', 'employers.employer_group']) }}
        end as role_id,
        employers.employer_key,
        places.city,

        case
            when dates.absolute_date is not null then dates.absolute_date
            when orders.has_day_first <> orders.has_month_first
                then case when orders.has_day_first then dates.day_first_date else dates.month_first_date end
            when dates.first_number = dates.second_number then dates.day_first_date
        end as stated_date,
        case
            when observations.posted_date_text is null then 0
            when dates.absolute_date is null then dates.days_ago
        end as days_ago,
        coalesce(dates.first_number between 1 and 12 and dates.second_number between 1 and 12, false)
            as is_day_and_month
    from addressed as observations
    left join roles on observations.title = roles.title
    left join employers on observations.company = employers.company
    left join places on observations.location = places.location
    left join dates on observations.posted_date_text = dates.posted_date_text
    left join day_month_orders as orders
        on
            dates.day_month_text is not null
            and observations.source_file is not distinct from orders.source_file
            and observations.loaded_at is not distinct from orders.loaded_at

),

resolved as (

    select
        *,
        coalesce(stated_date, {{ days_before('cast(seen_at as date)', 'days_ago') }}) as posted_date
    from keyed

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
    search_term,

    title_key,
    company_key,
    location_key,
    url_key,
    title_words,
    text_id,
    role_id,
    employer_key,
    city,

    posted_date,
    stated_date is null and posted_date is not null as is_date_estimated,

    case
        when not has_title then 'missing_title'
        when text_id is null and url is null then 'no_text_and_no_url'
        when posted_date is null and is_day_and_month then 'ambiguous_date'
        when posted_date is null then 'unreadable_date'
        when
            posted_date < cast('{{ var("earliest_posted_date") }}' as date)
            or {{ days_before('posted_date', var('max_days_ahead')) }} > cast(loaded_at as date)
            then 'implausible_date'
    end as rejection_reason,

    {{ build_number() }} as build_number
from resolved
