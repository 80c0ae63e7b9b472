with adverts as not materialized (

    select *
    from {{ ref('int_adverts') }}
    where line is not null

),

-- Copies of one key and text are one line: the first of them is compared with other lines.
days as (

    select
        line,
        max(last_date) as last_date
    from adverts
    group by line

),

lines as (

    select
        adverts.line,
        adverts.advert_id,
        adverts.observation_id,
        adverts.posting_key,
        adverts.role_id,
        adverts.employer_key,
        adverts.city,
        adverts.text_id,
        adverts.text_observation_id,
        adverts.first_date,
        days.last_date,
        adverts.is_role_shared,
        adverts.passages
    from adverts
    inner join days on adverts.line = days.line
    where adverts.node = adverts.line

),

-- An advert is looked at beside the others of its role, of which most have none.
cities as (

    select
        role_id,
        city,
        count(*) as line_count
    from lines
    where is_role_shared
    group by role_id, city

),

roles as (

    select
        role_id,
        sum(case when city is not null then line_count else 0 end) as placed_count,
        sum(line_count) as line_count
    from cities
    group by role_id
    having sum(line_count) > 1

),

sized as (

    select
        lines.*,
        coalesce(cities.line_count > 1, false) as is_city_shared,
        coalesce(roles.placed_count > 0 and roles.placed_count < roles.line_count, false) as is_partly_placed
    from lines
    left join roles on lines.role_id = roles.role_id and lines.is_role_shared
    left join cities on roles.role_id = cities.role_id and coalesce(lines.city, '') = coalesce(cities.city, '')

)

select
    sized.line,
    sized.advert_id,
    sized.posting_key,
    sized.role_id,
    sized.employer_key,
    sized.city,
    observations.title,
    observations.company,
    observations.location,
    observations.source,
    sized.text_id,
    sized.text_observation_id,
    sized.first_date,
    sized.last_date,
    places.country_code,
    places.region_code,
    coalesce(employers.has_agency_name, false) as is_agency,
    sized.is_city_shared or sized.is_partly_placed as is_of_role,
    sized.is_partly_placed,
    sized.is_city_shared,
    sized.passages
from sized
inner join {{ ref('int_observations') }} as observations on sized.observation_id = observations.observation_id
left join {{ ref('int_places') }} as places on observations.location = places.location
left join {{ ref('int_employers') }} as employers on observations.company = employers.company
where sized.is_city_shared or sized.is_partly_placed or sized.passages is not null
