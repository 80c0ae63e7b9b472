with postings as (

    select
        *,
        {{ replace_all('title_words', '[ |]+', '') }} as role_key
    from {{ ref('int_observations_keyed') }}
    where key_position = 1 and company_key is not null and text_id is not null and {{ var('match_cross_source') }}

),

companies as (

    select distinct company_key from postings

),

employers as (

    select
        company_key,
        {{ employer_key('company_key') }} as employer_key
    from companies

),

locations as (

    select distinct location_key from postings

),

place_names as (

    select
        location_key,
        {{ place_key('location_key') }} as place_key
    from locations

),

places as (

    select
        place_names.location_key,
        case
            when aliases.alias is not null then aliases.city
            else nullif(place_names.place_key, '')
        end as city
    from place_names
    left join {{ ref('place_aliases') }} as aliases on place_names.place_key = aliases.alias

),

roles as (

    select
        postings.posting_key,
        postings.observation_id,
        {{ hash_of(['postings.role_key', 'employers.employer_key']) }} as role_id,
        places.city,
        row_number() over (order by {{ first_seen_order() }}) as node
    from postings
    inner join employers on postings.company_key = employers.company_key
    left join places on postings.location_key = places.location_key

),

role_cities as (

    select
        role_id,
        city,
        count(*) as city_size
    from roles
    group by role_id, city

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
            and (longer.city = shorter.city or starts_with(longer.city, shorter.city || ' '))
    group by longer.role_id, longer.city

),

placed as (

    select
        roles.node,
        roles.posting_key,
        roles.observation_id,
        roles.role_id,
        wider_cities.wider_city as city,
        count(*) over (partition by roles.role_id, wider_cities.wider_city) as city_size,
        count(*) over (partition by roles.role_id) as role_size,
        max(case when roles.city is null then 1 else 0 end) over (partition by roles.role_id) as has_unplaced
    from roles
    left join wider_cities on roles.role_id = wider_cities.role_id and roles.city = wider_cities.city

),

-- Only these can have a twin, so only their texts are read.
candidates as (

    select *
    from placed
    where city_size > 1 or (has_unplaced = 1 and role_size > 1)

),

texts as (

    select
        candidates.node,
        candidates.posting_key,
        candidates.role_id,
        candidates.city,
        {{ comparable_text('observations.description') }} as comparable_text
    from candidates
    inner join {{ ref('stg_job_postings') }} as observations
        on candidates.observation_id = observations.observation_id

),

worded as (

    select
        node,
        posting_key,
        role_id,
        city,
        md5(replace(comparable_text, ' ', '')) as text_key,
        array_distinct({{ split_words('comparable_text') }}) as words
    from texts
    where comparable_text <> ''

),

-- Texts that are nearly the same have nearly as many words: a few neighbours by that number are enough to look at.
lined_up as (

    select
        node,
        role_id,
        city,
        text_key,
        words,
        {{ list_length('words') }} as word_count,
        row_number() over (partition by role_id, city order by {{ list_length('words') }}, node) as city_line,
        row_number() over (partition by role_id order by {{ list_length('words') }}, node) as role_line,
        min(node) over (partition by role_id, city, text_key) as same_text_node
    from worded

),

near_pairs as (

    select
        one.node,
        other.node as other_node,
        one.city is null as is_unplaced,
        {{ list_length('array_intersect(one.words, other.words)') }} as shared,
        one.word_count as one_count,
        other.word_count as other_count
    from lined_up as one
    inner join lined_up as other
        on
            one.role_id = other.role_id
            and one.node <> other.node
            and (
                (
                    one.city is not distinct from other.city
                    and other.city_line - one.city_line between 1 and {{ var('text_neighbours') }}
                    and one.text_key <> other.text_key
                )
                or (
                    one.city is null
                    and other.city is not null
                    and abs(other.role_line - one.role_line) <= {{ var('text_neighbours') }}
                )
            )

),

alike as (

    select
        node,
        other_node,
        is_unplaced
    from near_pairs
    where
        cast(shared as double) / (one_count + other_count - shared) >= {{ var('same_text_similarity') }}
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
    where not is_unplaced
    union
    select
        node,
        min(other_node) as other_node
    from alike
    where is_unplaced
    group by node
    union
    select
        node,
        same_text_node as other_node
    from lined_up
    where node <> same_text_node

),

both_ways as (

    select
        node,
        other_node
    from edges
    union
    select
        other_node as node,
        node as other_node
    from edges

),

labels_0 as (

    select distinct
        node,
        node as label
    from both_ways

),

{% for round in range(1, 5) %}
    labels_{{ round }} as (

        select
            labels.node,
            least(min(labels.label), min(others.label)) as label
        from labels_{{ round - 1 }} as labels
        inner join both_ways on labels.node = both_ways.node
        inner join labels_{{ round - 1 }} as others on both_ways.other_node = others.node
        group by labels.node

    ),
{% endfor %}

twins as (

    select
        worded.posting_key,
        first_ones.posting_key as posting_id
    from labels_4 as labels
    inner join worded on labels.node = worded.node
    inner join worded as first_ones on labels.label = first_ones.node
    where labels.node <> labels.label

)

select
    posting_key,
    posting_id
from twins
