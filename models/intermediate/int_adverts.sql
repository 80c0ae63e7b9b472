with observations as not materialized (

    select * from {{ ref('int_observations') }}

),

keyed as not materialized (

    select * from {{ ref('int_observations_keyed') }}

),

-- An advert that is alone in its role and in what its text says has no like.
roles as (

    select role_id
    from keyed
    where advert_position = 1 and role_id is not null
    group by role_id
    having count(*) > 1

),

-- Another title of one employer, or another employer's advert of much the same title, in one place.
passages as (

    select
        advert_id,
        role_id,
        unnest([
            hash(employer_key, place, first_sentence),
            hash(employer_key, place, last_sentence),
            hash(title_word, place, first_sentence),
            hash(title_word, place, last_sentence)
        ]) as passage
    from keyed
    where advert_position = 1 and role_id is not null and place is not null and text_id is not null

),

shared_passages as (

    select passage
    from passages
    group by passage
    having min(role_id) <> max(role_id)

),

quoted as (

    select
        passages.advert_id,
        list_sort(array_agg(distinct passages.passage)) as passages
    from passages
    inner join shared_passages on passages.passage = shared_passages.passage
    group by passages.advert_id

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
        quoted.passages,
        spans.last_date,
        coalesce(spans.text_id, keyed.text_id) as text_id,
        case
            when keyed.text_id is not null or spans.text_id is null then keyed.observation_id
            else spans.text_observation_id
        end as text_observation_id
    from keyed
    left join roles on keyed.role_id = roles.role_id
    left join quoted on keyed.advert_id = quoted.advert_id
    left join spans on keyed.advert_id = spans.advert_id
    where
        keyed.advert_position = 1
        and keyed.role_id is not null
        and (roles.role_id is not null or quoted.advert_id is not null)

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
        likely.passages,
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
