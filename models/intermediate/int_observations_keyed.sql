with observations as not materialized (

    select
        observation_id,
        source_file,
        source_row,
        loaded_at,
        seen_at,
        source,
        url,
        title_key,
        company_key,
        location_key,
        url_key,
        posted_date
    from {{ ref('int_observations') }}
    where rejection_reason is null

),

repeated_urls as (

    select url_key
    from observations
    where url_key is not null
    group by url_key
    having count(*) > 1

),

-- A url that one load gives to many titles names a page (a list of openings), not a posting; two are an edited title.
page_urls as (

    select observations.url_key
    from observations
    inner join repeated_urls on observations.url_key = repeated_urls.url_key
    group by observations.source_file, observations.loaded_at, observations.url_key
    having count(distinct observations.title_key) >= {{ var('page_url_titles') }}

),

distinct_page_urls as (

    select distinct url_key from page_urls

),

grouped as (

    select
        observations.observation_id,
        observations.title_key,
        observations.company_key,
        observations.location_key,
        repeated_urls.url_key is not null as is_repeated,
        case
            when observations.url_key is null or not {{ var('match_reobserved') }} then observations.observation_id
            when page_urls.url_key is not null
                then {{ hash_of(['observations.url_key', 'observations.title_key']) }}
            else observations.url_key
        end as url_group
    from observations
    left join repeated_urls on observations.url_key = repeated_urls.url_key
    left join distinct_page_urls as page_urls on observations.url_key = page_urls.url_key

),

keyed as (

    select
        observation_id,
        is_repeated,
        url_group,
        case
            when company_key is null or not {{ var('match_same_key') }} then {{ hash_of(["'url'", 'url_group']) }}
            else {{ hash_of(['title_key', 'company_key', 'location_key']) }}
        end as own_key
    from grouped

),

-- A url keeps the key of its first observation, so that an edited title makes no second posting. Most have but one.
settled as (

    select
        observation_id,
        url_group,
        cast(row_number() over (partition by url_group order by {{ first_seen_order() }}) as integer) as url_position,
        first_value(own_key) over (partition by url_group order by {{ first_seen_order() }}) as settled_key
    from (
        select
            keyed.url_group,
            keyed.own_key,
            observations.*
        from keyed
        inner join observations on keyed.observation_id = observations.observation_id
        where keyed.is_repeated
    ) as observed
    union all
    select
        observation_id,
        url_group,
        1 as url_position,
        own_key as settled_key
    from keyed
    where not is_repeated

),

repeated_keys as (

    select settled_key
    from settled
    group by settled_key
    having count(*) > 1

),

repeated as (

    select
        settled.*,
        observations.source_file,
        observations.source_row,
        observations.loaded_at,
        observations.seen_at,
        observations.source,
        observations.url,
        observations.posted_date
    from settled
    inner join repeated_keys on settled.settled_key = repeated_keys.settled_key
    inner join observations on settled.observation_id = observations.observation_id

),

{% if var('repost_window_days') is not none %}
    episode_starts as (

        select
            url_group,
            settled_key,
            posted_date,
            posted_date - {{ var('repost_window_days') }}
            > lag(posted_date) over (partition by settled_key order by posted_date, url_group) as is_repost
        from repeated
        where url_position = 1

    ),

    episodes as (

        select
            url_group,
            sum(case when is_repost then 1 else 0 end)
                over (partition by settled_key order by posted_date, url_group) as episode
        from episode_starts

    ),

    posted as (

        select
            repeated.*,
            episodes.episode > 0 as is_repost,
            case
                when episodes.episode = 0 then repeated.settled_key
                else {{ hash_of(['repeated.settled_key', 'cast(episodes.episode as string)']) }}
            end as posting_key
        from repeated
        inner join episodes on repeated.url_group = episodes.url_group

    ),
{% else %}
    posted as (

        select
            *,
            false as is_repost,
            settled_key as posting_key
        from repeated

    ),
{% endif %}

positioned as (

    select
        observation_id,
        posting_key,
        settled_key,
        url_group,
        url_position,
        cast(row_number() over (
            partition by posting_key
            order by case when url_position = 1 then 0 else 1 end, {{ first_seen_order() }}
        ) as integer) as key_position,
        is_repost
    from posted
    union all
    select
        observation_id,
        settled_key as posting_key,
        settled_key,
        url_group,
        url_position,
        1 as key_position,
        false as is_repost
    from settled
    where
        not exists (
            select 1
            from repeated_keys
            where repeated_keys.settled_key = settled.settled_key
        )

)

select
    observation_id,
    posting_key,
    settled_key,
    url_group,
    url_position,
    key_position,
    is_repost
from positioned
