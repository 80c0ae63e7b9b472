with spelled as (

    select distinct location
    from {{ ref('stg_job_postings') }}
    where location is not null

),

keyed as (

    select
        location,
        {{ text_key('location') }} as location_key,
        {{ place_key('location') }} as place_key
    from spelled

)

select
    keyed.location,
    keyed.location_key,
    case
        when aliases.alias is not null then aliases.city
        else nullif(keyed.place_key, '')
    end || {{ place_state('keyed.location_key') }} as city
from keyed
left join {{ ref('place_aliases') }} as aliases on keyed.place_key = aliases.alias
