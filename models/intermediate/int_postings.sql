with matched as not materialized (

    select
        observation_id,
        posting_id,
        is_canonical,
        match_rule not in ('same_key', 'cross_source') as is_at_canonical_url
    from {{ ref('fct_posting_observations') }}

),

observations as not materialized (

    select * from {{ ref('int_observations') }}

),

-- Most postings have but one observation.
repeated as (

    select posting_id
    from matched
    group by posting_id
    having count(*) > 1

),

several as (

    select
        matched.posting_id,
        matched.is_at_canonical_url,
        observations.observation_id,
        observations.text_id,
        observations.seen_at,
        observations.posted_date,
        observations.source_file,
        observations.source_row,
        observations.loaded_at
    from matched
    inner join repeated on matched.posting_id = repeated.posting_id
    inner join observations on matched.observation_id = observations.observation_id

),

counts as (

    select
        posting_id,
        count(*) as observation_count,
        min(seen_at) as first_seen_at,
        max(seen_at) as last_seen_at
    from several
    group by posting_id

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
    from several
    where is_at_canonical_url and text_id is not null

)

select
    matched.posting_id,

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

    case when counts.posting_id is null then canonical.text_id else texts.text_id end as text_id,
    case
        when counts.posting_id is not null then texts.observation_id
        when canonical.text_id is not null then canonical.observation_id
    end as text_observation_id,

    coalesce(counts.observation_count, 1) as observation_count,
    coalesce(counts.first_seen_at, canonical.seen_at) as first_seen_at,
    coalesce(counts.last_seen_at, canonical.seen_at) as last_seen_at
from matched
inner join observations as canonical on matched.observation_id = canonical.observation_id
left join counts on matched.posting_id = counts.posting_id
left join {{ ref('int_employers') }} as employers on canonical.company = employers.company
left join texts on matched.posting_id = texts.posting_id and texts.newest_position = 1
where matched.is_canonical
