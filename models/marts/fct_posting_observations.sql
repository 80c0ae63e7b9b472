select
    observation_id,
    posting_id,
    match_rule,

    url,
    source,
    posted_date,
    is_date_estimated,
    seen_at,

    source_file,
    source_row,
    loaded_at
from {{ ref('int_observations_matched') }}
