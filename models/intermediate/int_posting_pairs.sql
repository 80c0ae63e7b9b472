{%- set levels = "['" ~ var('text_level_words') | join("', '") ~ "']" -%}
with observations as not materialized (

    select * from {{ ref('int_observations') }}

),

keyed as not materialized (

    select * from {{ ref('int_observations_keyed') }}

),

-- A role that one advert offers has no pair.
roles as (

    select role_id
    from keyed
    where advert_position = 1 and role_id is not null
    group by role_id
    having count(*) > 1

),

offered as (

    select
        keyed.advert_id,
        keyed.observation_id,
        keyed.advert_position,
        keyed.posting_key,
        keyed.role_id,
        keyed.employer_key,
        keyed.city,
        keyed.text_id,
        observations.source,
        observations.location,
        observations.posted_date,
        observations.is_date_estimated,
        observations.seen_at,
        observations.url,
        observations.source_file,
        observations.source_row,
        observations.loaded_at
    from keyed
    inner join roles on keyed.role_id = roles.role_id
    inner join observations on keyed.observation_id = observations.observation_id

),

-- An advert's days are those of all its observations, its text the first that it had.
spans as (

    select
        advert_id,
        max(posted_date) as last_date,
        min_by(observation_id, advert_position) filter (where text_id is not null) as text_observation_id,
        min_by(text_id, advert_position) filter (where text_id is not null) as text_id
    from offered
    group by advert_id

),

adverts as (

    select
        offered.advert_id,
        offered.posting_key,
        offered.role_id,
        offered.employer_key,
        offered.city,
        offered.source,
        offered.posted_date as first_date,
        offered.is_date_estimated,
        spans.last_date,
        spans.text_id,
        spans.text_observation_id,
        places.country_code,
        places.region_code,
        row_number() over (order by {{ first_seen_order() }}) as node
    from offered
    inner join spans on offered.advert_id = spans.advert_id
    left join {{ ref('int_places') }} as places on offered.location = places.location
    where offered.advert_position = 1

),

-- Copies: the same key and the same text again within the window. The first of them is compared with others.
steps_in_time as (

    select
        *,
        case
            when
                first_date - {{ var('repost_window_days') }}
                <= max(last_date) over (
                    partition by posting_key, text_id
                    order by first_date, node rows between unbounded preceding and 1 preceding
                )
                then 0
            else 1
        end as is_start
    from adverts
    where text_id is not null

),

runs as (

    select
        *,
        sum(is_start) over (partition by posting_key, text_id order by first_date, node) as run
    from steps_in_time

),

copies as (

    select
        *,
        min(node) over (partition by posting_key, text_id, run) as line
    from runs

),

lines as (

    select
        line,
        role_id,
        employer_key,
        city,
        text_id,
        posting_key,
        min_by(text_observation_id, node) as observation_id,
        min_by(source, node) as source,
        min_by(country_code, node) as country_code,
        min_by(region_code, node) as region_code,
        min(first_date) as first_date,
        max(last_date) as last_date,
        min_by(is_date_estimated, node) as is_date_estimated
    from copies
    group by line, role_id, employer_key, city, text_id, posting_key

),

sized as (

    select
        *,
        count(*) over (partition by role_id, city) as city_lines,
        count(*) over (partition by role_id) as role_lines,
        max(case when city is null then 1 else 0 end) over (partition by role_id) as has_unplaced
    from lines

),

-- Texts are read only where there is another one to compare with.
texts as (

    select
        sized.*,
        {{ comparable_text('staged.description') }} as comparable_text
    from sized
    inner join {{ ref('stg_job_postings') }} as staged on sized.observation_id = staged.observation_id
    where sized.city_lines > 1 or (sized.has_unplaced = 1 and sized.role_lines > 1)

),

split as (

    select
        * exclude (comparable_text),
        md5(replace(comparable_text, ' ', '')) as text_key,
        list_distinct(string_split(comparable_text, ' ')) as words
    from texts

),

worded as materialized (

    select
        *,
        len(words) as word_count
    from split

),

-- Texts that are nearly the same have nearly as many words: a few neighbours by that number are enough to look at. An
-- advert that names a city is compared within it, one that names none also with those that do.
neighbours as (

    select
        line,
        city is null as is_unplaced,
    {% for step in range(1, var('text_neighbours') + 1) %}
        lead(line, {{ step }}) over in_city as behind_{{ step }},
        lead(line, {{ step }}) over in_role as role_behind_{{ step }},
        lag(line, {{ step }}) over in_role as role_before_{{ step }}{{ ',' if not loop.last }}  -- noqa: LT02
    {% endfor %}
    from worded
    window
        in_city as (partition by role_id, city order by word_count, line),
        in_role as (partition by role_id order by word_count, line)

),

candidates as (

    {% for step in range(1, var('text_neighbours') + 1) %}
        select
            line,
            behind_{{ step }} as other_line,
            false as is_placing
        from neighbours
        where behind_{{ step }} is not null
        union all
        select
            line,
            role_behind_{{ step }} as other_line,
            true as is_placing
        from neighbours
        where is_unplaced and role_behind_{{ step }} is not null
        union all
        select
            line,
            role_before_{{ step }} as other_line,
            true as is_placing
        from neighbours
        where is_unplaced and role_before_{{ step }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

compared as (

    select
        candidates.line,
        candidates.other_line,
        candidates.is_placing,
        one.employer_key = other.employer_key and one.city = other.city and one.source <> other.source
        and one.first_date - {{ var('same_place_days') }} <= other.last_date
        and other.first_date - {{ var('same_place_days') }} <= one.last_date as is_same_place,
        one.source = other.source as is_same_source,
        len(list_intersect(one.words, other.words)) as shared,
        one.word_count as one_count,
        other.word_count as other_count
    from candidates
    inner join worded as one on candidates.line = one.line
    inner join worded as other on candidates.other_line = other.line
    where
        (not candidates.is_placing or other.city is not null)
        -- "Remote, Germany" is not "Remote, Canada".
        and (one.country_code = other.country_code or one.country_code is null or other.country_code is null)
        and (one.region_code = other.region_code or one.region_code is null or other.region_code is null)
        -- One title, two rungs of a ladder that only the texts name.
        and not (
            len(list_intersect(one.words, {{ levels }}))
            > len(list_intersect(list_intersect(one.words, other.words), {{ levels }}))
            and len(list_intersect(other.words, {{ levels }}))
            > len(list_intersect(list_intersect(one.words, other.words), {{ levels }}))
        )
        -- When it was seen is no day of posting that could part two.
        and (
            one.is_date_estimated
            or other.is_date_estimated
            or (
                one.first_date - {{ var('repost_window_days') }} <= other.last_date
                and other.first_date - {{ var('repost_window_days') }} <= one.last_date
            )
        )

),

measured as (

    select
        *,
        cast(shared as double) / (one_count + other_count - shared) as similarity,
        cast(shared as double) / least(one_count, other_count) as contained
    from compared

),

alike as (

    select
        *,
        row_number() over (
            partition by line, is_placing order by similarity desc, other_line asc
        ) as placing_rank
    from measured
    where
        similarity >= case
            when is_same_source then {{ var('same_board_similarity') }}
            when is_same_place then {{ var('same_place_similarity') }}
            else {{ var('same_text_similarity') }}
        end
        or (
            contained >= {{ var('contained_text_share') }}
            and similarity >= {{ var('contained_text_similarity') }}
        )

),

textless_keys as (

    select distinct posting_key
    from adverts
    where text_id is null

),

-- Where one has no text, title, employer, place and time decide. It is the nearest copy's alone, lest it tie two
-- different texts together.
keyed_alike as (

    select
        adverts.*,
        adverts.text_id is null as is_textless
    from adverts
    inner join textless_keys on adverts.posting_key = textless_keys.posting_key

),

around as (

    select
        node,
        first_date,
        last_date,
        is_textless,
        max(case when not is_textless then node end) over before as earlier_node,
        max(case when not is_textless then last_date end) over before as earlier_date,
        min(case when not is_textless then node end) over behind as later_node,
        min(case when not is_textless then first_date end) over behind as later_date,
        max(case when is_textless then node end) over before as textless_node,
        max(case when is_textless then last_date end) over before as textless_date
    from keyed_alike
    window
        before as (partition by posting_key order by node rows between unbounded preceding and 1 preceding),
        behind as (partition by posting_key order by node rows between 1 following and unbounded following)

),

bare as (

    select
        node,
        case
            when
                earlier_date >= first_date - {{ var('repost_window_days') }}
                and (later_date is null or first_date - earlier_date <= later_date - last_date)
                then earlier_node
            when later_date - {{ var('repost_window_days') }} <= last_date then later_node
            when textless_date >= first_date - {{ var('repost_window_days') }} then textless_node
        end as other_node
    from around
    where is_textless

),

pairs as (

    select
        line as node,
        node as other_node,
        1.0 as similarity
    from copies
    where node <> line
    union all
    select
        least(line, other_line) as node,
        greatest(line, other_line) as other_node,
        similarity
    from alike
    where not is_placing or placing_rank = 1
    union all
    select
        least(node, other_node) as node,
        greatest(node, other_node) as other_node,
        null as similarity
    from bare
    where other_node is not null

)

select
    one.advert_id,
    other.advert_id as other_advert_id,
    max(pairs.similarity) as similarity
from pairs
inner join adverts as one on pairs.node = one.node
inner join adverts as other on pairs.other_node = other.node
where
    case
        when one.posting_key = other.posting_key then {{ var('match_same_key') }}
        else {{ var('match_cross_source') }}
    end
group by one.advert_id, other.advert_id
