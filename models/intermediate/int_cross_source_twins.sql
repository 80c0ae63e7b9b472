with keyed as not materialized (

    select
        observation_id,
        posting_key
    from {{ ref('int_observations_keyed') }}
    where key_position = 1

),

observations as not materialized (

    select
        observation_id,
        role_id,
        employer_key,
        city,
        text_id,
        posted_date,
        seen_at,
        source,
        url,
        source_file,
        source_row,
        loaded_at
    from {{ ref('int_observations') }}
    where role_id is not null and text_id is not null and {{ var('match_cross_source') }}

),

offered as not materialized (

    select
        keyed.posting_key,
        observations.*
    from observations
    inner join keyed on observations.observation_id = keyed.observation_id

),

-- A role that one posting offers has no twin.
role_sizes as (

    select
        role_id,
        count(*) as role_size
    from offered
    group by role_id
    having count(*) > 1

),

roles as (

    select
        posting_key,
        observation_id,
        role_id,
        employer_key,
        city,
        text_id,
        posted_date,
        role_size,
        row_number() over (order by {{ first_seen_order() }}) as node
    from (
        select
            offered.*,
            role_sizes.role_size
        from offered
        inner join role_sizes on offered.role_id = role_sizes.role_id
    ) as sized

),

role_cities as (

    select distinct
        role_id,
        city
    from roles

),

-- "Amsterdam Zuid" is Amsterdam where the same role stands under both.
wider_cities as (

    select
        longer.role_id,
        longer.city,
        min(shorter.city) as wider_city
    from role_cities as longer
    inner join role_cities as shorter
        on
            longer.role_id = shorter.role_id
            and (
                longer.city = shorter.city
                or substr(longer.city, 1, length(shorter.city) + 1) = shorter.city || ' '
            )
    group by longer.role_id, longer.city

),

placed as (

    select
        roles.node,
        roles.posting_key,
        roles.observation_id,
        roles.text_id,
        roles.role_id,
        roles.employer_key,
        roles.posted_date,
        wider_cities.wider_city as city,
        count(*) over (partition by roles.role_id, wider_cities.wider_city) as city_size,
        roles.role_size,
        max(case when roles.city is null then 1 else 0 end) over (partition by roles.role_id) as has_unplaced
    from roles
    left join wider_cities on roles.role_id = wider_cities.role_id and roles.city = wider_cities.city

),

-- One line a text of an employer's role in a city, under its first posting. Texts are read only where there is another
-- one to compare with.
lines as (

    select
        role_id,
        city,
        employer_key,
        text_id,
        min(node) as node,
        min(observation_id) as observation_id,
        min(posted_date) as first_date,
        max(posted_date) as last_date,
        count(*) over (partition by role_id, city) as city_lines,
        count(*) over (partition by role_id) as role_lines,
        max(has_unplaced) as has_unplaced
    from placed
    where city_size > 1 or (has_unplaced = 1 and role_size > 1)
    group by role_id, city, employer_key, text_id

),

texts as (

    select
        lines.node,
        lines.role_id,
        lines.city,
        lines.employer_key,
        lines.first_date,
        lines.last_date,
        {{ comparable_text('observations.description') }} as comparable_text
    from lines
    inner join {{ ref('stg_job_postings') }} as observations
        on lines.observation_id = observations.observation_id
    where lines.city_lines > 1 or (lines.has_unplaced = 1 and lines.role_lines > 1)

),

split as (

    select
        node,
        role_id,
        city,
        employer_key,
        first_date,
        last_date,
        md5(replace(comparable_text, ' ', '')) as text_key,
        array_distinct(string_split(comparable_text, ' ')) as words
    from texts

),

worded as materialized (

    select
        *,
        len(words) as word_count
    from split

),

-- Texts that are nearly the same have nearly as many words: a few neighbours by that number are enough to look at.
lined_up as (

    select
        node,
        role_id,
        city,
        coalesce(city, '') as city_key,
        text_key,
        row_number() over (partition by role_id, city order by word_count, node) as city_line,
        row_number() over (partition by role_id order by word_count, node) as role_line,
        min(node) over (partition by role_id, city, text_key) as same_text_node
    from (
        select
            node,
            role_id,
            city,
            text_key,
            word_count
        from worded
    ) as counted

),

steps as (

    {% for step in range(1, var('text_neighbours') + 1) %}
        select {{ step }} as step
        union all
        select -{{ step }} as step
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- A posting that names a city is compared within it, one that names none with those that do.
neighbours as (

    select
        one.node,
        other.node as other_node
    from lined_up as one
    cross join steps
    inner join lined_up as other
        on
            one.role_id = other.role_id
            and one.city_key = other.city_key
            and one.city_line + steps.step = other.city_line
    where steps.step > 0 and one.text_key <> other.text_key
    union all
    select
        one.node,
        other.node as other_node
    from lined_up as one
    cross join steps
    inner join lined_up as other
        on
            one.role_id = other.role_id
            and one.role_line + steps.step = other.role_line
    where one.city is null and other.city is not null

),

near_pairs as (

    select
        neighbours.node,
        neighbours.other_node,
        one.city is null as is_unplaced,
        one.employer_key = other.employer_key
        and one.city = other.city
        and one.last_date >= other.first_date - {{ var('same_place_days') }}
        and other.last_date >= one.first_date - {{ var('same_place_days') }} as is_same_place,
        len(list_intersect(one.words, other.words)) as shared,
        one.word_count as one_count,
        other.word_count as other_count
    from neighbours
    inner join worded as one on neighbours.node = one.node
    inner join worded as other on neighbours.other_node = other.node

),

alike as (

    select
        node,
        other_node,
        is_unplaced,
        min(other_node) over (partition by node, is_unplaced) as first_other_node
    from near_pairs
    where
        cast(shared as double) / (one_count + other_count - shared)
        >= case when is_same_place then {{ var('same_place_similarity') }} else {{ var('same_text_similarity') }} end
        or (
            cast(shared as double) / least(one_count, other_count) >= {{ var('contained_text_share') }}
            and cast(shared as double) / (one_count + other_count - shared) >= {{ var('contained_text_similarity') }}
        )

),

-- A posting that names no city joins one city only, so that it does not tie two cities together.
edges as (

    select
        node,
        other_node
    from alike
    where not is_unplaced or other_node = first_other_node
    union all
    select
        node,
        same_text_node as other_node
    from lined_up
    where node <> same_text_node and text_key <> md5('')
    union all
    select
        placed.node,
        lines.node as other_node
    from placed
    inner join lines
        on
            placed.role_id = lines.role_id
            and placed.city is not distinct from lines.city
            and placed.employer_key = lines.employer_key
            and placed.text_id = lines.text_id
            and placed.node <> lines.node

),

-- Each posting beside itself, and each pair both ways.
adjacent as (

    select distinct
        case when directions.is_from_first then edges.node else edges.other_node end as node,
        case when directions.is_to_first then edges.node else edges.other_node end as neighbour
    from edges
    cross join (
        values (true, true), (true, false), (false, true), (false, false)
    ) as directions (is_from_first, is_to_first)

),

labels_1 as (

    select
        node,
        neighbour,
        min(neighbour) over (partition by node) as label
    from adjacent

),

-- Pairs stand both ways, so the lowest label among those who have a posting as neighbour is that among its neighbours:
-- each round looks one posting further.
{% for round in range(2, 5) %}
    labels_{{ round }} as (

        select
            node,
            neighbour,
            min(label) over (partition by {{ 'neighbour' if round % 2 == 0 else 'node' }}) as label
        from labels_{{ round - 1 }}

    ),
{% endfor %}

labels as (

    select distinct
        neighbour as node,
        label
    from labels_4

),

twins as (

    select
        labels.node,
        first_ones.posting_key as posting_id
    from labels
    inner join roles as first_ones on labels.label = first_ones.node
    where labels.node <> labels.label

)

select
    roles.posting_key,
    roles.role_id,
    coalesce(twins.posting_id, roles.posting_key) as posting_id
from roles
left join twins on roles.node = twins.node
