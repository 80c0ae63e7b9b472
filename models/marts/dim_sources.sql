select
    observations.source,
    -- Hosts and feeds that are no known board are written in lower case; a name that someone wrote otherwise is theirs.
    coalesce(
        max(boards.display_name),
        case
            when observations.source = lower(observations.source)
                then upper(left(observations.source, 1)) || substr(observations.source, 2)
            else observations.source
        end
    ) as display_name,
    count(*) as observation_count,
    count(distinct observations.posting_id) as posting_count,
    count(distinct observations.search_term) as search_term_count,
    min(observations.seen_at) as first_seen_at,
    max(observations.seen_at) as last_seen_at
from {{ ref('fct_posting_observations') }} as observations
left join {{ ref('boards') }} as boards on observations.source = boards.source
where observations.source is not null
group by observations.source
