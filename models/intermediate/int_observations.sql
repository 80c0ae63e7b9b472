{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="
            {% set raw_postings = ref('stg_raw_postings') %}
            {% if is_incremental() %}
            -- Loads that are gone, or that have other rows now, are read anew.
            delete from {{ this }}
            where (source_file, loaded_at) in (
                select changed.source_file, changed.loaded_at
                from (
                    select source_file, loaded_at, count(*) as row_count, sum(row_hash) as row_hash
                    from {{ this }}
                    group by source_file, loaded_at
                    except
                    select source_file, loaded_at, count(*) as row_count, sum(row_hash) as row_hash
                    from {{ raw_postings }}
                    group by source_file, loaded_at
                ) as changed
            )
            {% endif %}
        "
    )
}}

{#- A text that is longer says more than that it is not here. -#}
{%- set placeholder_characters = 100 -%}
{%- set placeholders = var('text_placeholders') | map('replace', "'", "''") | join('|') -%}
with
{% if is_incremental() %}
    -- Read apart from the rest of staging: which loads are new shows without trimming every field.
    loads as (

        select
            source_file,
            loaded_at
        from {{ ref('stg_raw_postings') }}
        except
        select
            source_file,
            loaded_at
        from {{ this }}

    ),
{% endif %}

observations as not materialized (

    select staged.*
    from {{ ref('stg_job_postings') }} as staged
    {% if is_incremental() %}
        -- By equality, not null-safe: from that the scan knows which loads to pass over, and no raw row lacks either.
        inner join loads on staged.source_file = loads.source_file and staged.loaded_at = loads.loaded_at
    {% endif %}

),

written_days as (

    select
        observations.source_file,
        observations.loaded_at,
        dates.first_number,
        dates.second_number,
        observations.closing_date,
        observations.other_fields
    from observations
    inner join {{ ref('int_posted_dates') }} as dates on observations.posted_date_text = dates.posted_date_text
    where dates.first_number is not null

),

-- What else a record dates is written likewise.
days_beside as (

    select
        source_file,
        loaded_at,
        unnest(regexp_extract_all(
            concat_ws(' ', closing_date, other_fields), '(?:^|[\s"])(\d{1,2}[/-]\d{1,2})[/-]\d{4}', 1
        )) as day_and_month
    from written_days

),

numbers as (

    select
        source_file,
        loaded_at,
        false as is_beside,
        first_number,
        second_number
    from written_days
    union all
    select
        source_file,
        loaded_at,
        true as is_beside,
        cast(regexp_extract(day_and_month, '^\d+') as integer) as first_number,
        cast(regexp_extract(day_and_month, '\d+$') as integer) as second_number
    from days_beside

),

-- One number above 12 settles for the whole load whether it writes the day or the month first.
settled as (

    select
        source_file,
        loaded_at,
        is_beside,
        max(first_number) > 12 as is_day_first
    from numbers
    group by source_file, loaded_at, is_beside
    having (max(first_number) > 12) <> (max(second_number) > 12)

),

day_month_orders as (

    select
        source_file,
        loaded_at,
        coalesce(
            bool_or(is_day_first) filter (where not is_beside), bool_or(is_day_first) filter (where is_beside)
        ) as is_day_first
    from settled
    group by source_file, loaded_at

),

joined as (

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
        -- Null where a build of a part of the models met a spelling that its table did not hold: the load is read anew.
        case
            when
                (observations.title is null or titles.title is not null)
                and (observations.company is null or employers.company is not null)
                and (observations.location is null or places.location is not null)
                and (observations.posted_date_text is null or dates.posted_date_text is not null)
                then observations.row_hash
        end as row_hash,

        titles.title_key,
        employers.company_key,
        places.place_key as location_key,
        titles.title_words,
        case
            when
                regexp_matches(observations.description, '[^\s\p{Z}\p{C}]')
                and not (
                    length(observations.description) <= {{ placeholder_characters }}
                    and regexp_matches(observations.description, '(?i)^(?:{{ placeholders }})[\s.!]*$')
                )
                then md5(observations.description)
        end as text_id,
        {{ end_sentence('observations.description', 'list_min', '.!?:;|*<>\n') }} as first_sentence,
        -- Where one board keeps lines and another does not, a sentence across them is the same.
        {{ end_sentence('observations.description', 'list_max', '.!?:;') }} as last_sentence,
        titles.longest_word as title_word,

        hash(titles.role_key) as role_id,
        titles.title_number,
        places.city_key as city,
        coalesce(titles.has_words, false) as has_title,

        case
            when dates.absolute_date is not null then dates.absolute_date
            when
                dates.day_first_date is null
                or dates.month_first_date is null
                or dates.first_number = dates.second_number
                then coalesce(dates.day_first_date, dates.month_first_date)
            when orders.is_day_first then dates.day_first_date
            when not orders.is_day_first then dates.month_first_date
        end as stated_date,
        observations.posted_date_text,
        -- A day without its year is the last such day before the posting was seen.
        try_cast(year(observations.seen_at) || '-' || dates.month_and_day as date) as date_this_year,
        try_cast(year(observations.seen_at) - 1 || '-' || dates.month_and_day as date) as date_last_year,
        dates.days_ago,
        coalesce(dates.is_bound, false) as is_date_bound
    from observations
    left join {{ ref('int_titles') }} as titles on observations.title = titles.title
    left join {{ ref('int_employers') }} as employers on observations.company = employers.company
    left join {{ ref('int_places') }} as places on observations.location = places.location
    left join {{ ref('int_posted_dates') }} as dates on observations.posted_date_text = dates.posted_date_text
    left join day_month_orders as orders
        on
            dates.first_number is not null
            and observations.source_file = orders.source_file
            and observations.loaded_at = orders.loaded_at

),

dated as (

    select
        *,
        coalesce(
            stated_date,
            case
                when date_this_year <= cast(seen_at as date) + {{ var('max_days_ahead') }} then date_this_year
                else date_last_year
            end
        ) as read_date
    from joined

),

-- What says no day, or none that could be read, is dated by when it was seen.
estimated as (

    select
        *,
        coalesce(read_date, cast(seen_at as date) - coalesce(days_ago, 0)) as posted_date
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
    search_term,

    title_key,
    company_key,
    location_key,
    title_words,
    text_id,
    first_sentence,
    last_sentence,
    title_word,
    role_id,
    title_number,
    city,

    posted_date_text,
    posted_date,
    read_date is null as is_date_estimated,
    is_date_bound,

    case
        when not has_title then 'missing_title'
        when text_id is null and url is null then 'no_text_and_no_url'
        when
            posted_date < cast('{{ var("earliest_posted_date") }}' as date)
            or posted_date - {{ var('max_days_ahead') }} > cast(loaded_at as date)
            then 'implausible_date'
    end as rejection_reason,

    row_hash
from estimated
