with keyed as not materialized (

    select * from {{ ref('int_observations_keyed') }}

),

pairs as (

    select * from {{ ref('int_posting_pairs') }}

),

-- The advert that each is most like.
most_alike as (

    select
        advert_id,
        max(similarity) as similarity,
        coalesce(
            min(case when similarity = highest then other_advert_id end), min(other_advert_id)
        ) as compared_with
    from (
        select
            advert_id,
            other_advert_id,
            similarity,
            max(similarity) over (partition by advert_id) as highest
        from (
            select
                advert_id,
                other_advert_id,
                similarity
            from pairs
            union all
            select
                other_advert_id as advert_id,
                advert_id as other_advert_id,
                similarity
            from pairs
        ) as both_ways
    ) as ranked
    group by advert_id

),

repeated_keys as (

    select posting_key
    from keyed
    where posting_key is not null and advert_position = 1
    group by posting_key
    having count(*) > 1

),

days as (

    select
        keyed.advert_id,
        keyed.posting_key,
        min(case when keyed.advert_position = 1 then observations.posted_date end) as first_date,
        max(observations.posted_date) as last_date
    from keyed
    inner join repeated_keys on keyed.posting_key = repeated_keys.posting_key
    inner join {{ ref('int_observations') }} as observations on keyed.observation_id = observations.observation_id
    group by keyed.advert_id, keyed.posting_key

),

-- The key was used before, the last time longer ago than the window.
reposts as (

    select advert_id
    from (
        select
            advert_id,
            first_date,
            max(last_date) over (
                partition by posting_key
                order by first_date, advert_id rows between unbounded preceding and 1 preceding
            ) as earlier_date
        from days
    ) as dated
    where first_date - {{ var('repost_window_days') }} > earlier_date

),

adverts as (

    select
        keyed.advert_id,
        keyed.posting_key,
        coalesce(grouped.posting_id, keyed.advert_id) as posting_id,
        reposts.advert_id is not null as is_repost
    from keyed
    left join {{ ref('int_posting_groups') }} as grouped on keyed.advert_id = grouped.advert_id
    left join reposts on keyed.advert_id = reposts.advert_id
    where keyed.advert_position = 1

),

ruled as (

    select
        adverts.advert_id,
        adverts.posting_id,
        case
            when adverts.advert_id <> adverts.posting_id
                then case when adverts.posting_key = canonical.posting_key then 'same_key' else 'cross_source' end
            when adverts.is_repost then 'repost'
            else 'canonical'
        end as match_rule,
        adverts.advert_id = adverts.posting_id as is_first
    from adverts
    inner join adverts as canonical on adverts.posting_id = canonical.advert_id

)

select
    keyed.observation_id,
    ruled.posting_id,
    case when ruled.is_first and keyed.advert_position > 1 then 'reobserved' else ruled.match_rule end as match_rule,
    ruled.is_first and keyed.advert_position = 1 as is_canonical,
    ruled.is_first as is_at_canonical_url,
    case when not ruled.is_first then most_alike.similarity end as similarity,
    case when not ruled.is_first then most_alike.compared_with end as compared_with
from keyed
inner join ruled on keyed.advert_id = ruled.advert_id
left join most_alike on keyed.advert_id = most_alike.advert_id
