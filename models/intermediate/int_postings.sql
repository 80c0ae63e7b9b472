with matched as (

    select * from {{ ref('int_observations_matched') }}

),

observations as not materialized (

    select
        matched.posting_id,
        matched.is_canonical,
        matched.is_at_canonical_url,
        observations.*
    from matched
    inner join {{ ref('int_observations') }} as observations on matched.observation_id = observations.observation_id

),

counts as (

    select
        posting_id,
        count(*) as observation_count,
        min(seen_at) as first_seen_at,
        max(seen_at) as last_seen_at
    from observations
    group by posting_id

),

-- The text is the newest that was seen at the canonical observation's url. Most postings have but one observation.
texts as (

    select
        observations.posting_id,
        observations.text_id,
        observations.observation_id,
        row_number() over (
            partition by observations.posting_id
            order by
                observations.seen_at desc nulls last, observations.posted_date desc nulls last,
                observations.source_file desc, observations.source_row desc, observations.loaded_at desc
        ) as newest_position
    from observations
    inner join counts on observations.posting_id = counts.posting_id and counts.observation_count > 1
    where observations.is_at_canonical_url and observations.text_id is not null

)

select
    canonical.posting_id,

    canonical.title,
    canonical.company,
    canonical.location,
    canonical.source,
    canonical.url,
    canonical.search_term,
    canonical.source_file = 'demo' as is_demo,
    canonical.title_words,
    employers.employer_key as employer_id,

    canonical.posted_date,
    canonical.is_date_estimated,
    cast(date_trunc('week', canonical.posted_date) as date) as week_start,

    case when counts.observation_count = 1 then canonical.text_id else texts.text_id end as text_id,
    case
        when counts.observation_count > 1 then texts.observation_id
        when canonical.text_id is not null then canonical.observation_id
    end as text_observation_id,

    counts.observation_count,
    counts.first_seen_at,
    counts.last_seen_at
from observations as canonical
inner join counts on canonical.posting_id = counts.posting_id
left join {{ ref('int_employers') }} as employers on canonical.company = employers.company
left join texts
    on canonical.posting_id = texts.posting_id and texts.newest_position = 1
where canonical.is_canonical
