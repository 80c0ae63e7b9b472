select
    seniority_level,
    seniority_rank as rank,
    seniority_rank,
    display_name
from {{ ref('seniority_levels') }}
