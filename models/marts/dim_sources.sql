with observations as (

    select * from {{ ref('fct_posting_observations') }}

)

select
    source,
    -- Hosts and feeds are written in lower case; a name that someone wrote otherwise is theirs.
    case when source = lower(source) then upper(left(source, 1)) || substr(source, 2) else source end as display_name,
    count(*) as observation_count,
    count(distinct posting_id) as posting_count,
    count(distinct search_term) as search_term_count,
    min(seen_at) as first_seen_at,
    max(seen_at) as last_seen_at
from observations
where source is not null
group by source
