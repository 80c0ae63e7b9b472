{{ config(materialized='view') }}

with postings as (

    select
        text_id,
        min(text_observation_id) as observation_id
    from {{ ref('int_postings') }}
    where text_id is not null
    group by text_id

)

select
    postings.text_id,
    -- A text beyond the bound says nothing new, but takes all memory; raw keeps it whole.
    -- Whether one may be beyond it, its bytes tell without counting characters.
    case
        when bit_length(observations.description) <= 8 * {{ var('text_max_characters') }} then observations.description
        else left(observations.description, {{ var('text_max_characters') }})
    end as text
from {{ ref('stg_job_postings') }} as observations
inner join postings on observations.observation_id = postings.observation_id
