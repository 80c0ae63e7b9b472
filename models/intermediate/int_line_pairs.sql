{%- set sketch_columns = 8 -%}
{%- set neighbours = range(1, var('text_neighbours') + 1) -%}
with lines as not materialized (

    select * from {{ ref('int_advert_lines') }}

),

texts as not materialized (

    select * from {{ ref('int_text_sketches') }}

),

-- Most candidates are told apart by this alone: what is wider is joined to what is left.
sketched as materialized (

    select
        lines.line,
        texts.word_count,
    {% for column in range(sketch_columns) %}
        texts.bits_{{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from lines
    inner join texts on lines.text_id = texts.text_id

),

worded as not materialized (

    select
        lines.*,
        sketched.word_count
    from lines
    inner join sketched on lines.line = sketched.line

),

quoted as (

    select
        line,
        word_count,
        unnest(passages) as passage
    from worded
    where word_count >= {{ var('other_title_min_words') }}

),

-- Texts that are nearly the same have nearly as many words: a few neighbours by that number are enough to look at, and
-- the first that was seen, lest a long series fall apart. An advert that names a city is compared within it, one that
-- names none also with those that do.
in_cities as (

    select
        line,
        word_count,
        first_value(line) over of_city as first_line,
        first_value(word_count) over of_city as first_count,
    {% for step in neighbours %}
        lead(line, {{ step }}) over in_city as behind_{{ step }}{{ ',' if not loop.last }}
    {% endfor %}
    from worded
    where is_of_role and is_city_shared
    window
        in_city as (partition by role_id, city order by word_count, line),
        of_city as (partition by role_id, city order by line)

),

in_roles as (

    select
        line,
        city is null as is_unplaced,
    {% for step in neighbours %}
        lead(line, {{ step }}) over in_role as behind_{{ step }},
        lag(line, {{ step }}) over in_role as before_{{ step }}{{ ',' if not loop.last }}
    {% endfor %}
    from worded
    where is_of_role and is_partly_placed
    window in_role as (partition by role_id order by word_count, line)

),

in_passages as (

    select
        line,
    {% for step in neighbours %}
        lead(line, {{ step }}) over in_passage as behind_{{ step }}{{ ',' if not loop.last }}
    {% endfor %}
    from quoted
    window in_passage as (partition by passage order by word_count, line)

),

candidates as (

    {% for step in neighbours %}
        select
            line,
            behind_{{ step }} as other_line,
            'city' as scope
        from in_cities
        where behind_{{ step }} is not null
        union all
        select
            line,
            behind_{{ step }} as other_line,
            'role' as scope
        from in_roles
        where is_unplaced and behind_{{ step }} is not null
        union all
        select
            line,
            before_{{ step }} as other_line,
            'role' as scope
        from in_roles
        where is_unplaced and before_{{ step }} is not null
        union all
    {% endfor %}
    select
        case when first_count <= word_count then first_line else line end as line,
        case when first_count <= word_count then line else first_line end as other_line,
        'city' as scope
    from in_cities
    where line <> first_line
    union all
    select
        least(line, other_line) as line,
        greatest(line, other_line) as other_line,
        'place' as scope
    from (
        {% for step in neighbours %}
            select
                line,
                behind_{{ step }} as other_line
            from in_passages
            where behind_{{ step }} is not null
            {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as quoting

),

-- So many words at least are one text's own, by their sketches. To compare the words takes a hundred times as long.
bounded as (

    select
        candidates.*,
        one.word_count as one_count,
        other.word_count as other_count,
        {% for column in range(sketch_columns) %}
            {{ '+ ' if not loop.first }}cast(bit_count(one.bits_{{ column }} & ~other.bits_{{ column }}) as integer)
        {% endfor %} as own_count,
        {% for column in range(sketch_columns) %}
            {{ '+ ' if not loop.first }}cast(bit_count(other.bits_{{ column }} & ~one.bits_{{ column }}) as integer)
        {% endfor %} as other_own_count
    from candidates
    inner join sketched as one on candidates.line = one.line
    inner join sketched as other on candidates.other_line = other.line

),

-- By the least that any pair must share.
near as (

    select distinct *
    from (
        select
            *,
            least(one_count - own_count, other_count - other_own_count) as shared_count
        from bounded
    ) as counted
    where
        shared_count >= case
            when
                least(own_count, other_own_count) <= greatest(
                    (1 - {{
                        [var('contained_text_share'), var('same_board_contained_share'), var('copied_contained_share')] | min
                    }})
                    * least(one_count, other_count),
                    {{ var('teaser_own_words') }}
                )
                then {{ [
                    var('same_board_similarity'), var('same_text_similarity'), var('same_place_similarity'),
                    var('contained_text_similarity'), var('teaser_similarity'),
                ] | min }}
            else {{
                [var('same_board_similarity'), var('same_text_similarity'), var('same_place_similarity')] | min
            }}
        end
        * (shared_count + own_count + other_own_count)

),

described as (

    select
        lines.*,
        -- What gathers adverts of many boards is each of them: by the last two parts of the host ("jobs.board.com").
        concat_ws(
            ' ', observations.source,
            regexp_extract(lower(observations.url), '//(?:[^/?#]*[.])?([^./?#]+[.][^./?#]+)(?:[/?#]|$)', 1)
        ) as board,
        places.country_code,
        places.region_code,
        coalesce(employers.has_agency_name, false) as is_agency
    from (
        select line from near
        union
        select other_line as line from near
    ) as near_lines
    inner join lines on near_lines.line = lines.line
    inner join {{ ref('int_observations_keyed') }} as keyed on lines.line = keyed.node
    inner join {{ ref('int_observations') }} as observations on keyed.observation_id = observations.observation_id
    left join {{ ref('int_places') }} as places on observations.location = places.location
    left join {{ ref('int_employers') }} as employers on observations.company = employers.company

),

paired as (

    select
        near.line,
        near.other_line,
        near.one_count,
        near.other_count,
        near.own_count,
        near.other_own_count,
        near.shared_count,
        case
            when near.scope = 'place' and one.employer_key <> other.employer_key then 'copy'
            else near.scope
        end as scope,
        one.board = other.board as is_same_source,
        -- One advert of an agency is sent to boards as it is; what is reworded is of another client.
        one.board = other.board or one.is_agency or other.is_agency as is_same_writer,
        one.employer_key = other.employer_key as is_same_employer,
        coalesce(one.posting_key = other.posting_key, false) as is_same_key,
        one.city = other.city
        and one.first_date - {{ var('same_place_days') }} <= other.last_date
        and other.first_date - {{ var('same_place_days') }} <= one.last_date as is_near,
        one.text_id,
        other.text_id as other_text_id
    from near
    inner join described as one on near.line = one.line
    inner join described as other on near.other_line = other.line
    inner join texts as one_text on one.text_id = one_text.text_id
    inner join texts as other_text on other.text_id = other_text.text_id
    where
        (near.scope <> 'role' or other.city is not null)
        and (near.scope <> 'place' or one.role_id <> other.role_id)
        and (
            near.scope <> 'place'
            or one.employer_key = other.employer_key
            or least(near.one_count, near.other_count) >= {{ var('copied_text_min_words') }}
        )
        -- "Remote, Germany" is not "Remote, Canada".
        and (one.country_code = other.country_code or one.country_code is null or other.country_code is null)
        and (one.region_code = other.region_code or one.region_code is null or other.region_code is null)
        -- One title, two rungs of a ladder or two shifts that only the texts name.
        and (
            len(list_intersect(one_text.levels, other_text.levels)) = len(one_text.levels)
            or len(list_intersect(one_text.levels, other_text.levels)) = len(other_text.levels)
        )

),

-- What the words of two texts must share. Boards cut texts; what one board shows twice has a paragraph more or less,
-- and no words of its own beside it.
measured as (

    select
        *,
        case
            when scope = 'copy' then {{ var('same_text_similarity') }}
            when scope = 'place' or is_same_writer then {{ var('same_board_similarity') }}
            when is_same_employer and is_near then {{ var('same_place_similarity') }}
            else {{ var('same_text_similarity') }}
        end as least_similarity,
        case
            when scope = 'copy' and is_near then {{ var('copied_contained_share') }}
            when scope = 'copy' or not is_same_source then {{ var('contained_text_share') }}
            else {{ var('same_board_contained_share') }}
        end as least_contained,
        -- What cuts a text writes "read more" behind it, and may cut in a word.
        case
            when scope = 'city' and is_same_employer and (is_same_source or (is_near and not is_same_writer))
                then {{ var('teaser_own_words') }}
            else 0
        end as most_own_words,
        case
            when is_near and (scope = 'copy' or (scope = 'city' and is_same_employer and not is_same_source))
                then {{ var('teaser_similarity') }}
            when scope = 'copy' or not is_same_source then {{ var('contained_text_similarity') }}
            else {{ var('same_text_similarity') }}
        end as cut_similarity
    from paired

)

select
    line,
    other_line,
    scope,
    is_same_source,
    is_same_key,
    least_similarity,
    least_contained,
    most_own_words,
    cut_similarity,
    text_id,
    other_text_id
from measured
where
    shared_count >= case
        when
            least(own_count, other_own_count)
            <= greatest((1 - least_contained) * least(one_count, other_count), most_own_words)
            then least(cut_similarity, least_similarity)
        else least_similarity
    end
    * (shared_count + own_count + other_own_count)
