with observations as (

    select * from {{ ref('int_observations_matched') }}

),

-- The text is the newest that was seen at the canonical observation's url.
texts as (

    select
        posting_id,
        text_id,
        observation_id,
        row_number() over (
            partition by posting_id
            order by
                seen_at desc nulls last, posted_date desc nulls last, source_file desc, source_row desc, loaded_at desc
        ) as newest_position
    from observations
    where is_at_canonical_url and text_id is not null

),

counts as (

    select
        posting_id,
        count(*) as observation_count,
        min(seen_at) as first_seen_at,
        max(seen_at) as last_seen_at
    from observations
    group by posting_id

)

select
    canonical.posting_id,

    canonical.title,
    canonical.company,
    canonical.location,
    canonical.source,
    canonical.url,
    canonical.title_words,

    canonical.posted_date,
    canonical.is_date_estimated,
    {{ week_of('canonical.posted_date') }} as week_start,

    texts.text_id,
    texts.observation_id as text_observation_id,

    counts.observation_count,
    counts.first_seen_at,
    counts.last_seen_at
from observations as canonical
inner join counts on canonical.posting_id = counts.posting_id
left join texts
    on canonical.posting_id = texts.posting_id and texts.newest_position = 1
where canonical.is_canonical
