{{ config(materialized='incremental', incremental_strategy='append', unique_key='url') }}

{#- A trailing * is any ending. -#}
{%- set tracking = any_of(var('url_tracking_parameters')) | replace('\\*', '[^=&]*') -%}
{%- set passing = any_of(var('url_passing_parameters')) -%}

with urls as (

    select distinct observations.url
    from {{ ref('int_observations') }} as observations
    {% if is_incremental() %}
        left join {{ this }} as known on observations.url = known.url
        where observations.url is not null and known.url is null
    {% else %}
        where observations.url is not null
    {% endif %}

),

-- http or https, with www or without: one address.
addresses as (

    select
        url,
        regexp_replace(url, '(?i)^(?:[a-z][a-z0-9+.-]*:)?//(?:www[0-9]*\.)?', '') as address
    from urls

),

parts as (

    select
        url,
        split_part(split_part(address, '#', 1), '?', 1) as page,
        split_part(address, '#', 1) as page_and_query,
        substr(address, length(split_part(address, '#', 1)) + 2) as fragment
    from addresses

),

hosts as (

    select
        url,
        lower(split_part(page, '/', 1)) as host,
        rtrim(substr(page, length(split_part(page, '/', 1)) + 1), '/') as path,
        substr(page_and_query, length(page) + 2) as query,
        fragment
    from parts

),

sites as materialized (

    select
        *,
        -- "glassdoor" of nl.glassdoor.com and glassdoor.co.uk
        regexp_extract(host, '([^.]+)\.(?:(?:co|com|org|net)\.)?[a-z]+(?::[0-9]+)?$', 1) as site,
        '&' || query || '&' || fragment as parameters
    from hosts

),

-- Beside its own rules a board is asked those of any, which its query must bear out.
asked as (

    select
        *,
        site as rules_of
    from sites
    union all
    select
        *,
        '*' as rules_of
    from sites
    where query <> ''

),

ruled as (

    select
        asked.*,
        rules.board,
        rules.marker,
        rules.id_form,
        rules.is_of_host
    from asked
    inner join {{ ref('url_ids') }} as rules
        on asked.rules_of = rules.site and (rules.site <> '*' or contains(asked.query, rules.marker))

),

-- What stands behind the marker of a board's rule.
marked as (

    select
        url,
        id_form,
        -- An employer's host is one in each country's domain (acme.jobs.personio.de and .com).
        board || ' ' || case when is_of_host then regexp_replace(host, '[.][a-z]+$', '') else '' end as board,
        case
            when right(marker, 1) <> '='
                then case when contains(path, marker) then substr(path, strpos(path, marker) + length(marker)) end
            when contains(parameters, '&' || marker)
                then regexp_extract(
                    substr(parameters, strpos(parameters, '&' || marker) + length(marker) + 1), '^[^&]*'
                )
        end as rest
    from ruled

),

ids as (

    select
        url,
        board,
        case id_form
            when 'first_number' then regexp_extract(rest, '^[^0-9/]*([0-9]+)', 1)
            when 'last_number' then regexp_extract(rest, '([0-9]{5,})[^0-9]*$', 1)
            when 'long_number' then regexp_extract(rest, '[0-9]{12,}')
            when 'requisition' then regexp_extract(rest, '_([a-zA-Z]*-?[0-9][a-zA-Z0-9-]*)(?:/|$)', 1)
            when 'uuid'
                then regexp_extract(lower(rest), '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')
            when 'word' then regexp_extract(rest, '^[^/]+')
        end as id
    from marked
    where rest <> ''

),

board_keys as (

    select
        url,
        min(board || ' ' || id) as board_key
    from ids
    where id <> ''
    group by url

),

-- Without parameters that only say how a reader came there. Others, and what follows #, may say that or which it is.
pages as (

    select
        sites.url,
        sites.host || sites.path as page,
        case
            when sites.query <> ''
                then rtrim(
                    regexp_replace('&' || sites.query, '&(?:{{ tracking }})=[^&#]*', '', 'g'), '&'
                )
            else ''
        end as query,
        case when sites.fragment <> '' then '#' || sites.fragment else '' end as fragment,
        regexp_matches(sites.fragment, '^[!/]|[0-9]{4}') and not contains(sites.fragment, ':~:')
            as is_named_by_fragment,
        board_keys.board_key
    from sites
    left join board_keys on sites.url = board_keys.url

)

select
    url,
    coalesce(
        board_key,
        page
        || case
            when query <> '' then regexp_replace(query, '&(?:{{ passing }})=[^&#]*', '', 'g')
            else ''
        end
        || case when is_named_by_fragment then fragment else '' end
    ) as address,
    coalesce(board_key, page || query || fragment) as whole_address,
    board_key is null and not contains(page, '/') and query = '' and fragment = '' as is_home
from pages
