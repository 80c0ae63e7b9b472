-- A location names a city, and with it its region and country, which are places of their own.
with named as (

    select
        country_code,
        region_code,
        city,
        country,
        region
    from {{ ref('int_places') }}
    where country_code is not null
    union
    select
        country_code,
        region_code,
        cast(null as varchar) as city,
        country,
        region
    from {{ ref('int_places') }}
    where region_code is not null
    union
    select
        country_code,
        cast(null as varchar) as region_code,
        cast(null as varchar) as city,
        country,
        cast(null as varchar) as region
    from {{ ref('int_places') }}
    where country_code is not null

)

select
    concat_ws('|', country_code, region_code, city) as place_id,
    country_code,
    region_code,
    city,
    country,
    region,
    concat_ws(', ', city, region, country) as display_name,
    case when city is not null then 'city' when region_code is not null then 'region' else 'country' end as place_level,
    cast(row_number() over (
        order by country asc, region asc nulls first, city asc nulls first, country_code asc, region_code asc
    ) as integer) as sort_order
from named
