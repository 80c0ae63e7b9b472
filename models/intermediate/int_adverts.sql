with observations as not materialized (

    select * from {{ ref('int_observations') }}

),

keyed as not materialized (

    select * from {{ ref('int_observations_keyed') }}

),

-- An advert that is alone in its role and alone in its employer's place has no like.
roles as (

    select role_id
    from keyed
    where advert_position = 1 and role_id is not null
    group by role_id
    having count(*) > 1

),

staffed_places as (

    select
        employer_key,
        place
    from keyed
    where advert_position = 1 and role_id is not null and place is not null
    group by employer_key, place
    having min(role_id) <> max(role_id)

),

-- Nor has one whose title, place and text's beginning or longest line no other employer has.
copied_passages as (

    select passage
    from (
        select
            employer_key,
            beginning_id as passage
        from keyed
        where advert_position = 1 and place is not null
        union all
        select
            employer_key,
            longest_line_id as passage
        from keyed
        where advert_position = 1 and place is not null
    ) as passages
    where passage is not null
    group by passage
    having min(employer_key) <> max(employer_key)

),

-- Most adverts were seen once.
seen_again as (

    select advert_id
    from keyed
    where advert_position = 2

),

spans as (

    select
        keyed.advert_id,
        max(observations.posted_date) as last_date,
        min_by(keyed.observation_id, keyed.advert_position) filter (
            where keyed.text_id is not null
        ) as text_observation_id,
        min_by(keyed.text_id, keyed.advert_position) filter (where keyed.text_id is not null) as text_id
    from keyed
    inner join seen_again on keyed.advert_id = seen_again.advert_id
    inner join observations on keyed.observation_id = observations.observation_id
    group by keyed.advert_id

),

-- Whom to look at is known before anything wide is joined, which would not fit beside it into memory.
likely as (

    select
        keyed.advert_id,
        keyed.observation_id,
        keyed.posting_key,
        keyed.role_id,
        roles.role_id is not null as is_role_shared,
        keyed.employer_key,
        keyed.city,
        keyed.place,
        staffed_places.place is not null as is_place_shared,
        beginnings.passage as copied_beginning,
        longest_lines.passage as copied_line,
        spans.last_date,
        coalesce(spans.text_id, keyed.text_id) as text_id,
        case
            when keyed.text_id is not null or spans.text_id is null then keyed.observation_id
            else spans.text_observation_id
        end as text_observation_id
    from keyed
    left join roles on keyed.role_id = roles.role_id
    left join staffed_places
        on keyed.employer_key = staffed_places.employer_key and keyed.place = staffed_places.place
    left join copied_passages as beginnings on keyed.beginning_id = beginnings.passage
    left join copied_passages as longest_lines on keyed.longest_line_id = longest_lines.passage
    left join spans on keyed.advert_id = spans.advert_id
    where
        keyed.advert_position = 1
        and keyed.role_id is not null
        and (
            roles.role_id is not null
            or staffed_places.place is not null
            or beginnings.passage is not null
            or longest_lines.passage is not null
        )

),

nodes as (

    select
        observation_id,
        posted_date,
        is_date_estimated,
        row_number() over (order by {{ first_seen_order() }}) as node
    from observations
    where observation_id in (select likely.observation_id from likely)

),

adverts as (

    select
        likely.advert_id,
        likely.observation_id,
        likely.posting_key,
        likely.role_id,
        likely.is_role_shared,
        likely.employer_key,
        likely.city,
        likely.place,
        likely.is_place_shared,
        likely.copied_beginning,
        likely.copied_line,
        nodes.posted_date as first_date,
        coalesce(likely.last_date, nodes.posted_date) as last_date,
        nodes.is_date_estimated,
        likely.text_id,
        likely.text_observation_id,
        nodes.node
    from likely
    inner join nodes on likely.observation_id = nodes.observation_id

),

-- Copies of one key and text.
copies as (

    select
        posting_key,
        text_id,
        min(node) as line
    from adverts
    where text_id is not null and {{ var('match_same_key') }}
    group by posting_key, text_id
    having count(*) > 1

)

select
    adverts.*,
    case when adverts.text_id is not null then coalesce(copies.line, adverts.node) end as line
from adverts
left join copies on adverts.posting_key = copies.posting_key and adverts.text_id = copies.text_id
