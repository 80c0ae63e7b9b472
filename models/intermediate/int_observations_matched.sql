with keyed as not materialized (

    select * from {{ ref('int_observations_keyed') }}

),

-- The key was used before, the last time longer ago than the window.
reposts as (

    select advert_id
    from (
        select
            advert_id,
            first_date,
            max(last_date) over (
                partition by posting_key order by node rows between unbounded preceding and 1 preceding
            ) as earlier_date
        from {{ ref('int_adverts') }}
        where is_role_shared
    ) as dated
    where first_date - {{ var('repost_window_days') }} > earlier_date

),

adverts as (

    select
        keyed.advert_id,
        keyed.posting_key,
        coalesce(grouped.posting_id, keyed.advert_id) as posting_id,
        grouped.similarity,
        grouped.compared_with,
        reposts.advert_id is not null as is_repost
    from keyed
    left join {{ ref('int_posting_groups') }} as grouped on keyed.advert_id = grouped.advert_id
    left join reposts on keyed.advert_id = reposts.advert_id
    where keyed.advert_position = 1

),

ruled as (

    select
        adverts.*,
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
    ruled.similarity,
    ruled.compared_with
from keyed
inner join ruled on keyed.advert_id = ruled.advert_id
