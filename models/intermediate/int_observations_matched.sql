with observations as (

    select * from {{ ref('int_observations_keyed') }}

),

twins as (

    select * from {{ ref('int_cross_source_twins') }}

),

merged as (

    select
        observations.*,
        coalesce(twins.posting_id, observations.posting_key) as posting_id,
        twins.posting_id is not null as is_twin
    from observations
    left join twins on observations.posting_key = twins.posting_key

),

canonical as (

    select
        posting_id,
        url_group
    from merged
    where key_position = 1 and not is_twin

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

    merged.source_file,
    merged.source_row,
    merged.loaded_at,
    merged.seen_at,

    merged.title,
    merged.company,
    merged.location,
    merged.source,
    merged.url,
    merged.title_words,
    merged.text_id,

    merged.posted_date,
    merged.is_date_estimated
from merged
inner join canonical on merged.posting_id = canonical.posting_id
