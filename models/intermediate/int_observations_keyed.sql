with observations as not materialized (

    select
        observations.observation_id,
        observations.source_file,
        observations.source_row,
        observations.loaded_at,
        observations.seen_at,
        observations.source,
        observations.url,
        observations.title,
        observations.title_key,
        observations.title_words,
        observations.company,
        observations.company_key,
        observations.location_key,
        observations.role_id,
        observations.title_number,
        observations.city,
        observations.text_id,
        observations.title_word,
        observations.first_sentence,
        observations.last_sentence,
        observations.posted_date,
        observations.is_date_estimated
    from {{ ref('int_observations') }} as observations
    where observations.rejection_reason is null

),

-- Another company's name may say of whom this one is a spelling, so that no row can keep it.
employers as (

    select
        company,
        employer_key,
        employer_group
    from {{ ref('int_employers') }}

),

urls as not materialized (

    select * from {{ ref('int_urls') }}

),

located as not materialized (

    select
        observations.*,
        urls.address,
        urls.whole_address,
        urls.is_home
    from observations
    left join urls on observations.url = urls.url

),

passed as (

    select distinct address
    from urls
    where address <> whole_address

),

-- What an address says in passing tells which posting it is where the address bears several titles.
shared_addresses as (

    select located.address
    from located
    inner join passed on located.address = passed.address
    group by located.address
    having count(distinct located.title_words) > 1 and count(distinct located.whole_address) > 1

),

addressed as materialized (

    select
        located.observation_id,
        case when shared_addresses.address is not null then located.whole_address else located.address end as url_key,
        located.is_home,
        -- Ends in the row's own place, so that ties fall the same way in every run. Sorted where rows are narrow.
        row_number() over (
            order by
                located.posted_date nulls last, located.seen_at nulls last, located.source nulls last,
                located.url nulls last, located.source_file nulls last, located.source_row nulls last,
                located.loaded_at nulls last
        ) as node
    from located
    left join shared_addresses on located.address = shared_addresses.address

),

repeated_urls as (

    select url_key
    from addressed
    where url_key is not null
    group by url_key
    having count(*) > 1

),

repeated as (

    select
        observations.*,
        addressed.url_key,
        addressed.is_home,
        addressed.node,
        employers.employer_key,
        titles.role_key
    from addressed
    inner join repeated_urls on addressed.url_key = repeated_urls.url_key
    inner join observations on addressed.observation_id = observations.observation_id
    inner join {{ ref('int_titles') }} as titles on observations.title = titles.title
    left join employers on observations.company = employers.company

),

crowds as (

    select
        url_key,
        source_file,
        loaded_at,
        seen_at,
        min_by(role_key, length(role_key)) as shortest_role_key,
        count(distinct coalesce(city, '')) > 1 or count(distinct coalesce(employer_key, '')) > 1 as has_many
    from repeated
    group by url_key, source_file, loaded_at, seen_at
    having
        count(distinct role_key) >= {{ var('page_url_titles') }}
        -- Or two, with a text each.
        or (
            count(distinct role_key) > 1
            and count(distinct first_sentence) > 1
            and count(distinct last_sentence) > 1
        )

),

-- A url that bears many titles at a time names a page (a list of openings), not a posting; one employer's titles in one
-- place that all hold the shortest of them are one title that was edited.
page_urls as (

    select repeated.url_key
    from repeated
    inner join crowds
        on
            repeated.url_key = crowds.url_key
            and repeated.source_file = crowds.source_file
            and repeated.loaded_at = crowds.loaded_at
            and repeated.seen_at = crowds.seen_at
    where crowds.has_many or not contains(repeated.role_key, crowds.shortest_role_key)
    union
    select url_key
    from repeated
    where is_home

),

-- Most urls were seen once: only the others have an order.
seen_again as (

    select
        repeated.observation_id,
        repeated.node,
        case
            when page_urls.url_key is null then {{ hash_of(['repeated.url_key']) }}
            else {{ hash_of(['repeated.url_key', 'title_key', 'company_key', 'location_key']) }}
        end as advert_id
    from repeated
    left join page_urls on repeated.url_key = page_urls.url_key
    where {{ var('match_reobserved') }}

),

placed as (

    select
        observation_id,
        advert_id,
        cast(row_number() over (partition by advert_id order by node) as integer) as advert_position
    from seen_again

)

select
    observations.observation_id,
    case
        when addressed.url_key is null or not {{ var('match_reobserved') }} then observations.observation_id
        else coalesce(placed.advert_id, {{ hash_of(['addressed.url_key']) }})
    end as advert_id,
    coalesce(placed.advert_position, 1) as advert_position,
    -- Numbers, for what is only compared: they take a quarter of a text's space, and less time.
    case
        when employers.employer_key is not null
            then hash(
                observations.role_id, observations.title_number, employers.employer_key, observations.location_key
            )
    end as posting_key,
    case when employers.employer_group is not null then hash(observations.role_id, employers.employer_group) end
        as role_id,
    case when employers.employer_key is not null then hash(employers.employer_key) end as employer_key,
    case when observations.city is not null then hash(observations.city) end as city,
    case
        when coalesce(observations.city, observations.location_key) is not null
            then hash(coalesce(observations.city, observations.location_key))
    end as place,
    observations.text_id,
    observations.title_word,
    observations.first_sentence,
    observations.last_sentence,
    observations.posted_date,
    observations.is_date_estimated,
    addressed.node
from observations
inner join addressed on observations.observation_id = addressed.observation_id
left join placed on observations.observation_id = placed.observation_id
left join employers on observations.company = employers.company
