-- Every raw row ends in the observations or in the rejected postings.
with counts as (

    select
        (select count(*) from {{ source('raw', 'job_postings') }}) as raw_rows,
        (select count(*) from {{ ref('fct_posting_observations') }}) as observations,
        (select count(*) from {{ ref('rejected_postings') }}) as rejected

)

select *
from counts
where raw_rows is distinct from observations + rejected
