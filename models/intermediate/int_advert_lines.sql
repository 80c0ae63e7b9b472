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
        adverts.posting_key,
        adverts.role_id,
        adverts.employer_key,
        adverts.city,
        adverts.place,
        adverts.source,
        adverts.title,
        adverts.location,
        adverts.text_id,
        adverts.text_observation_id,
        adverts.first_date,
        days.last_date,
        adverts.is_role_shared,
        adverts.is_place_shared,
        places.country_code,
        places.region_code,
        coalesce(employers.has_agency_name, false) as is_agency
    from adverts
    inner join days on adverts.line = days.line
    left join {{ ref('int_places') }} as places on adverts.location = places.location
    left join {{ ref('int_employers') }} as employers on adverts.company = employers.company
    where adverts.node = adverts.line

),

sized as (

    select
        *,
        count(*) over (partition by role_id, city) as city_lines,
        count(*) over (partition by role_id) as role_lines,
        count(city) over (partition by role_id) as placed_lines
    from lines

),

needed as (

    select
        *,
        is_role_shared
        and (city_lines > 1 or (placed_lines > 0 and placed_lines < role_lines)) as is_of_role,
        placed_lines > 0 and placed_lines < role_lines as is_partly_placed
    from sized

),

-- Texts are read only where there is another one to compare with.
texts as not materialized (

    select
        needed.line,
        needed.role_id,
        needed.employer_key,
        needed.place,
        needed.is_of_role,
        needed.is_place_shared,
        staged.description
    from needed
    inner join {{ ref('stg_job_postings') }} as staged on needed.text_observation_id = staged.observation_id
    where needed.is_of_role or needed.is_place_shared

),

-- Other titles of an employer in a place: texts that are nearly the same begin alike or share their last line by
-- alphabet. Two steps read them, the texts are read once.
passages as materialized (

    select
        line,
        role_id,
        unnest([
            {{ hash_of(['employer_key', 'place', 'left(description, 100)']) }},
            {{ hash_of(['employer_key', 'place', 'list_max(string_split(description, chr(10)))']) }}
        ]) as passage
    from texts
    where is_place_shared

),

shared_passages as (

    select passage
    from passages
    group by passage
    having min(role_id) <> max(role_id)

),

quoted as (

    select
        passages.line,
        array_agg(distinct passages.passage) as passages
    from passages
    inner join shared_passages on passages.passage = shared_passages.passage
    group by passages.line

)

select
    needed.line,
    needed.advert_id,
    needed.posting_key,
    needed.role_id,
    needed.employer_key,
    needed.city,
    needed.title,
    needed.location,
    needed.source,
    needed.text_id,
    needed.text_observation_id,
    needed.first_date,
    needed.last_date,
    needed.country_code,
    needed.region_code,
    needed.is_agency,
    needed.is_of_role,
    needed.is_partly_placed,
    needed.city_lines > 1 as is_city_shared,
    coalesce(quoted.passages, []) as passages
from needed
left join quoted on needed.line = quoted.line
where needed.is_of_role or quoted.line is not null
