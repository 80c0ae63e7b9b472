with observations as (

    select *
    from {{ ref('int_observations') }}
    where rejection_reason is null

),

-- A url that one load gives to many titles names a page (a list of openings), not a posting; two are an edited title.
page_urls as (

    select url_key
    from observations
    where url_key is not null
    group by source_file, loaded_at, url_key
    having min(title_key) <> max(title_key) and count(distinct title_key) >= {{ var('page_url_titles') }}

),

distinct_page_urls as (

    select distinct url_key from page_urls

),

grouped as (

    select
        observations.*,
        case
            when observations.url_key is null or not {{ var('match_reobserved') }} then observations.observation_id
            when page_urls.url_key is not null
                then {{ hash_of(['observations.url_key', 'observations.title_key']) }}
            else observations.url_key
        end as url_group
    from observations
    left join distinct_page_urls as page_urls on observations.url_key = page_urls.url_key

),

keyed as (

    select
        *,
        case
            when company_key is null or not {{ var('match_same_key') }} then {{ hash_of(["'url'", 'url_group']) }}
            else {{ hash_of(['title_key', 'company_key', 'location_key']) }}
        end as own_key,
        row_number() over (partition by url_group order by {{ first_seen_order() }}) as url_position
    from grouped

),

-- A url keeps the key of its first observation, so that an edited title makes no second posting.
settled as (

    select
        *,
        first_value(own_key) over (partition by url_group order by url_position) as settled_key
    from keyed

),

{% if var('repost_window_days') is not none %}
    episode_starts as (

        select
            url_group,
            settled_key,
            posted_date,
            {{ days_before('posted_date', var('repost_window_days')) }}
            > lag(posted_date) over (partition by settled_key order by posted_date, url_group) as is_repost
        from settled
        where url_position = 1

    ),

    episodes as (

        select
            url_group,
            sum(case when is_repost then 1 else 0 end)
                over (partition by settled_key order by posted_date, url_group) as episode
        from episode_starts

    ),
{% else %}
    episodes as (

        select
            url_group,
            0 as episode
        from settled
        where url_position = 1

    ),
{% endif %}

posted as (

    select
        settled.*,
        episodes.episode,
        case
            when episodes.episode = 0 then settled.settled_key
            else {{ hash_of(['settled.settled_key', 'cast(episodes.episode as varchar)']) }}
        end as posting_key
    from settled
    inner join episodes on settled.url_group = episodes.url_group

)

select
    observation_id,
    posting_key,
    url_group,
    url_position,
    row_number() over (
        partition by posting_key
        order by case when url_position = 1 then 0 else 1 end, {{ first_seen_order() }}
    ) as key_position,
    episode > 0 as is_repost,

    source_file,
    source_row,
    loaded_at,
    seen_at,

    title,
    company,
    location,
    source,
    url,

    company_key,
    location_key,
    title_words,
    text_id,

    posted_date,
    is_date_estimated
from posted
