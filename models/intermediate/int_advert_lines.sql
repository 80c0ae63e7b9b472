with adverts as not materialized (

    select * from {{ ref('int_adverts') }}

),

-- Copies of one key and text are one line: the first of them is compared with other lines.
lines as not materialized (

    select *
    from adverts
    where node = line

),

copied as (

    select
        line,
        max(last_date) as last_date
    from adverts
    where node <> line
    group by line

),

passages as (

    select
        line,
        role_id,
        unnest(passages) as passage
    from lines

),

-- What one role alone says ties no two.
shared_passages as (

    select passage
    from passages
    group by passage
    having min(role_id) <> max(role_id)

),

quoted as (

    select
        passages.line,
        list_sort(array_agg(distinct passages.passage)) as passages
    from passages
    inner join shared_passages on passages.passage = shared_passages.passage
    group by passages.line

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
        greatest(lines.last_date, copied.last_date) as last_of_copies,
        quoted.passages as shared_passages,
        coalesce(cities.line_count > 1, false) as is_city_shared,
        coalesce(roles.placed_count > 0 and roles.placed_count < roles.line_count, false) as is_partly_placed
    from lines
    left join copied on lines.line = copied.line
    left join quoted on lines.line = quoted.line
    left join roles on lines.role_id = roles.role_id and lines.is_role_shared
    left join cities on roles.role_id = cities.role_id and lines.city is not distinct from cities.city

)

select
    line,
    posting_key,
    role_id,
    employer_key,
    city,
    text_id,
    text_node,
    first_date,
    last_of_copies as last_date,
    is_city_shared or is_partly_placed as is_of_role,
    is_partly_placed,
    is_city_shared,
    shared_passages as passages
from sized
where is_city_shared or is_partly_placed or shared_passages is not null
