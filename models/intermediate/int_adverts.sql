with keyed as not materialized (

    select * from {{ ref('int_observations_keyed') }}

),

roles as (

    select role_id
    from keyed
    where advert_position = 1 and role_id is not null
    group by role_id
    having count(*) > 1

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
        max(keyed.posted_date) as last_date,
        min_by(keyed.node, keyed.advert_position) filter (where keyed.text_id is not null) as text_node,
        min_by(keyed.text_id, keyed.advert_position) filter (where keyed.text_id is not null) as text_id
    from keyed
    inner join seen_again on keyed.advert_id = seen_again.advert_id
    group by keyed.advert_id

),

adverts as (

    select
        keyed.node,
        keyed.posting_key,
        keyed.role_id,
        roles.role_id is not null as is_role_shared,
        keyed.employer_key,
        keyed.city,
        -- Another title of one employer, or another employer's advert of much the same title, in one place.
        case
            when keyed.place is not null and keyed.text_id is not null
                then [
                    hash(keyed.employer_key, keyed.place, keyed.first_sentence),
                    hash(keyed.employer_key, keyed.place, keyed.last_sentence),
                    hash(keyed.title_word, keyed.place, keyed.first_sentence),
                    hash(keyed.title_word, keyed.place, keyed.last_sentence)
                ]
        end as passages,
        keyed.posted_date as first_date,
        coalesce(spans.last_date, keyed.posted_date) as last_date,
        keyed.is_date_estimated,
        coalesce(spans.text_id, keyed.text_id) as text_id,
        case when keyed.text_id is not null then keyed.node else spans.text_node end as text_node
    from keyed
    left join roles on keyed.role_id = roles.role_id
    left join spans on keyed.advert_id = spans.advert_id
    where keyed.advert_position = 1 and keyed.role_id is not null

),

-- Copies of one key and text.
copies as (

    select
        hash(posting_key, text_id) as copy,
        min(node) as line
    from adverts
    where posting_key is not null and text_id is not null and {{ var('match_same_key') }}
    group by hash(posting_key, text_id)
    having count(*) > 1

)

select
    adverts.*,
    case when adverts.text_id is not null then coalesce(copies.line, adverts.node) end as line
from adverts
left join copies on hash(adverts.posting_key, adverts.text_id) = copies.copy
