select
    week_start,
    skill,
    category,
    count(*) as count
from {{ ref('fct_posting_skills') }}
group by week_start, skill, category
