select
    matched.observation_id,
    matched.posting_id,
    matched.match_rule,
    matched.similarity,
    matched.compared_with,

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
from {{ ref('int_observations_matched') }} as matched
inner join {{ ref('int_observations') }} as observations on matched.observation_id = observations.observation_id
