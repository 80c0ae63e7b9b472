{%- set sketch_columns = 8 -%}
{%- set neighbours = range(1, var('text_neighbours') + 1) -%}
with lines as not materialized (

    select * from {{ ref('int_advert_lines') }}

),

texts as not materialized (

    select * from {{ ref('int_text_sketches') }}

),

worded as materialized (

    select
        lines.line,
        lines.role_id,
        lines.employer_key,
        lines.city,
        lines.source,
        lines.text_id,
        lines.first_date,
        lines.last_date,
        lines.country_code,
        lines.region_code,
        lines.is_agency,
        lines.is_of_role,
        lines.is_partly_placed,
        lines.is_city_shared,
        texts.word_count,
        texts.levels
    from lines
    inner join texts on lines.text_id = texts.text_id

),

quoted as (

    select
        line,
        unnest(passages) as passage
    from lines

),

-- Texts that are nearly the same have nearly as many words: a few neighbours by that number are enough to look at. An
-- advert that names a city is compared within it, one that names none also with those that do.
in_cities as (

    select
        line,
    {% for step in neighbours %}
        lead(line, {{ step }}) over in_city as behind_{{ step }}{{ ',' if not loop.last }}
    {% endfor %}
    from worded
    where is_of_role and is_city_shared
    window in_city as (partition by role_id, city order by word_count, line)

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
        quoted.line,
    {% for step in neighbours %}
        lead(quoted.line, {{ step }}) over in_passage as behind_{{ step }}{{ ',' if not loop.last }}
    {% endfor %}
    from quoted
    inner join worded on quoted.line = worded.line
    where worded.word_count >= {{ var('other_title_min_words') }}
    window in_passage as (partition by quoted.passage order by worded.word_count, quoted.line)

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
        {{ 'union all' if not loop.last }}
    {% endfor %}
    union all
    select distinct
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

paired as (

    select
        candidates.line,
        candidates.other_line,
        case
            when candidates.scope = 'place' and one.employer_key <> other.employer_key then 'copy'
            else candidates.scope
        end as scope,
        one.source = other.source as is_same_source,
        -- One advert of an agency is sent to boards as it is; what is reworded is of another client.
        one.source = other.source or one.is_agency or other.is_agency as is_same_writer,
        one.employer_key = other.employer_key
        and one.city = other.city
        and one.first_date - {{ var('same_place_days') }} <= other.last_date
        and other.first_date - {{ var('same_place_days') }} <= one.last_date as is_same_place,
        one.text_id,
        other.text_id as other_text_id,
        one.word_count as one_count,
        other.word_count as other_count
    from candidates
    inner join worded as one on candidates.line = one.line
    inner join worded as other on candidates.other_line = other.line
    where
        (candidates.scope <> 'role' or other.city is not null)
        and (candidates.scope <> 'place' or one.role_id <> other.role_id)
        and (
            candidates.scope <> 'place'
            or one.employer_key = other.employer_key
            or least(one.word_count, other.word_count) >= {{ var('copied_text_min_words') }}
        )
        -- "Remote, Germany" is not "Remote, Canada".
        and (one.country_code = other.country_code or one.country_code is null or other.country_code is null)
        and (one.region_code = other.region_code or one.region_code is null or other.region_code is null)
        -- One title, two rungs of a ladder that only the texts name.
        and (
            len(list_intersect(one.levels, other.levels)) = len(one.levels)
            or len(list_intersect(one.levels, other.levels)) = len(other.levels)
        )

),

-- What the words of two texts must share. Boards cut texts; what one board shows twice has a paragraph more or less,
-- and no words of its own beside it.
measured as (

    select
        *,
        case
            when scope = 'place' then {{ var('same_board_similarity') }}
            when scope = 'copy' then {{ var('same_text_similarity') }}
            when is_same_writer then {{ var('same_board_similarity') }}
            when is_same_place then {{ var('same_place_similarity') }}
            else {{ var('same_text_similarity') }}
        end as least_similarity,
        case
            when scope = 'copy' or (scope <> 'place' and not is_same_source) then {{ var('contained_text_share') }}
            else {{ var('same_board_contained_share') }}
        end as least_contained,
        case
            when scope = 'copy' or (scope <> 'place' and not is_same_source) then {{ var('contained_text_similarity') }}
            else {{ var('same_text_similarity') }}
        end as cut_similarity
    from paired

),

-- So many words at least are one text's own, by their sketches. To compare the words takes a hundred times as long.
bounded as (

    select
        measured.*,
        {% for column in range(sketch_columns) %}
            {{ '+ ' if not loop.first }}cast(bit_count(one.bits_{{ column }} & ~other.bits_{{ column }}) as integer)
        {% endfor %} as own_count,
        {% for column in range(sketch_columns) %}
            {{ '+ ' if not loop.first }}cast(bit_count(other.bits_{{ column }} & ~one.bits_{{ column }}) as integer)
        {% endfor %} as other_own_count
    from measured
    inner join texts as one on measured.text_id = one.text_id
    inner join texts as other on measured.other_text_id = other.text_id

)

select
    line,
    other_line,
    scope,
    is_same_source,
    least_similarity,
    least_contained,
    cut_similarity,
    text_id,
    other_text_id
from bounded
where
    least(one_count - own_count, other_count - other_own_count)
    >= case
        when least(own_count, other_own_count) <= (1 - least_contained) * least(one_count, other_count)
            then least(cut_similarity, least_similarity)
        else least_similarity
    end
    * (least(one_count - own_count, other_count - other_own_count) + own_count + other_own_count)
