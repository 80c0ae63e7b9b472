with observations as not materialized (

    select * from {{ ref('int_observations_keyed') }}

),

twins as (

    select * from {{ ref('int_cross_source_twins') }}

),

merged as (

    select
        observations.*,
        coalesce(twins.posting_id, observations.posting_key) as posting_id,
        coalesce(twins.posting_id <> observations.posting_key, false) as is_twin
    from observations
    left join twins on observations.posting_key = twins.posting_key

),

canonical as (

    select
        posting_key,
        url_group
    from observations
    where key_position = 1

)

select
    merged.observation_id,
    merged.posting_id,
    case
        when merged.is_twin then 'cross_source'
        when merged.key_position = 1 and merged.is_repost then 'repost'
        when merged.key_position = 1 then 'canonical'
        when merged.url_group = canonical.url_group then 'reobserved'
        else 'same_key'
    end as match_rule,
    merged.key_position = 1 and not merged.is_twin as is_canonical,
    merged.url_group = canonical.url_group as is_at_canonical_url
from merged
inner join canonical on merged.posting_id = canonical.posting_key
