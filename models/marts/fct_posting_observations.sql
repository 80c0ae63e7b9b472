-- The key was used before, the last time longer ago than the window.
with reposts as (

    select node
    from (
        select
            node,
            first_date,
            max(last_date) over (
                partition by posting_key order by node rows between unbounded preceding and 1 preceding
            ) as earlier_date
        from {{ ref('int_adverts') }}
        where is_role_shared
    ) as dated
    where first_date - {{ var('repost_window_days') }} > earlier_date

)

select
    keyed.observation_id,
    coalesce(grouped.posting_id, keyed.advert_id) as posting_id,
    case
        when grouped.posting_id <> keyed.advert_id
            then case when grouped.is_same_key then 'same_key' else 'cross_source' end
        when keyed.advert_position > 1 then 'reobserved'
        when reposts.node is not null then 'repost'
        else 'canonical'
    end as match_rule,
    match_rule in ('canonical', 'repost') as is_canonical,
    grouped.similarity,
    grouped.compared_with,

    observations.url,
    observations.source,
    observations.search_term,
    observations.posted_date,
    observations.is_date_estimated,
    observations.is_date_bound,
    observations.posted_date_text,
    observations.seen_at,

    observations.source_file,
    observations.source_row,
    observations.loaded_at
from {{ ref('int_observations_keyed') }} as keyed
inner join {{ ref('int_observations') }} as observations on keyed.observation_id = observations.observation_id
left join {{ ref('int_posting_groups') }} as grouped on keyed.advert_id = grouped.advert_id
left join reposts on keyed.node = reposts.node
