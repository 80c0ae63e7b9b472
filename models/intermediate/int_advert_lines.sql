with adverts as not materialized (

    select *
    from {{ ref('int_adverts') }}
    where line is not null

),

observations as not materialized (

    select * from {{ ref('int_observations') }}

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
        adverts.place,
        adverts.text_id,
        adverts.text_observation_id,
        adverts.first_date,
        days.last_date,
        adverts.is_role_shared,
        adverts.is_place_shared,
        adverts.copied_beginning,
        adverts.copied_line
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

),

-- Other titles of an employer in a place: texts that are nearly the same begin alike or share their last line by
-- alphabet.
passages as (

    select
        lines.line,
        lines.role_id,
        unnest([
            hash(lines.employer_key, lines.place, observations.text_beginning),
            hash(lines.employer_key, lines.place, observations.text_last_line)
        ]) as passage
    from lines
    inner join observations on lines.text_observation_id = observations.observation_id
    where lines.is_place_shared

),

shared_passages as (

    select passage
    from passages
    group by passage
    having min(role_id) <> max(role_id)

),

quoted as (

    select
        line,
        list_sort(array_agg(distinct passage)) as passages
    from (
        select
            passages.line,
            passages.passage
        from passages
        inner join shared_passages on passages.passage = shared_passages.passage
        union all
        select
            line,
            copied_beginning as passage
        from lines
        where copied_beginning is not null
        union all
        select
            line,
            copied_line as passage
        from lines
        where copied_line is not null
    ) as all_passages
    group by line

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
    coalesce(quoted.passages, []) as passages
from sized
inner join observations on sized.observation_id = observations.observation_id
left join {{ ref('int_places') }} as places on observations.location = places.location
left join {{ ref('int_employers') }} as employers on observations.company = employers.company
left join quoted on sized.line = quoted.line
where sized.is_city_shared or sized.is_partly_placed or quoted.line is not null
