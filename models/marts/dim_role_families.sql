select
    role_family,
    display_name,
    sort_order
from {{ ref('role_families') }}
