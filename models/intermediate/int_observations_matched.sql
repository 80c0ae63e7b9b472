{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='observation_id') }}

with observations as {{ computed_each_time() }} (

    select * from {{ ref('int_observations_keyed') }}

),

twins as (

    select * from {{ ref('int_cross_source_twins') }}

),

{% if is_incremental() %}
    changed_keys as (

        select posting_key
        from observations
        where build_number > {{ kept_until() }}
        union
        select posting_key
        from twins
        where build_number > {{ kept_until() }}

    ),
{% endif %}

merged as (

    select
        observations.*,
        coalesce(twins.posting_id, observations.posting_key) as posting_id,
        coalesce(twins.posting_id <> observations.posting_key, false) as is_twin
    from observations
    left join twins on observations.posting_key = twins.posting_key
    {% if is_incremental() %}
        where observations.posting_key in (select changed_keys.posting_key from changed_keys)
    {% endif %}

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
    merged.url_group = canonical.url_group as is_at_canonical_url,
    {{ build_number() }} as build_number
from merged
inner join canonical on merged.posting_id = canonical.posting_key
