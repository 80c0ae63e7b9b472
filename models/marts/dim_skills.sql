select
    skill,
    category,
    is_core_ai
from {{ ref('ai_skills') }}
