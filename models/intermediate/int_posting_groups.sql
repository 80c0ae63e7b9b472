{#- DuckDB closes the groups; an engine without "using key" needs a loop. -#}
with recursive pairs as ( -- noqa: PRS

    select * from {{ ref('int_posting_pairs') }}

),

adjacent as (

    select
        advert_id,
        other_advert_id
    from pairs
    union all
    select
        other_advert_id as advert_id,
        advert_id as other_advert_id
    from pairs

),

-- An advert's label is the lowest id that pairs lead to from it: the labels that fell go on to their neighbours.
closed (advert_id, label) using key (advert_id) as (

    select
        advert_id,
        least(advert_id, min(other_advert_id)) as label
    from adjacent
    group by advert_id
    union
    select
        adjacent.advert_id,
        min(closed.label) as label
    from closed
    inner join adjacent on closed.advert_id = adjacent.other_advert_id
    inner join recurring.closed as known on adjacent.advert_id = known.advert_id
    where closed.label < known.label
    group by adjacent.advert_id

),

ordered as (

    select
        closed.advert_id,
        closed.label,
        row_number() over (partition by closed.label order by {{ first_seen_order() }}) as place
    from closed
    inner join {{ ref('int_observations_keyed') }} as keyed
        on closed.advert_id = keyed.advert_id and keyed.advert_position = 1
    inner join {{ ref('int_observations') }} as observations on keyed.observation_id = observations.observation_id

)

select
    advert_id,
    first_value(advert_id) over (partition by label order by place) as posting_id
from ordered
