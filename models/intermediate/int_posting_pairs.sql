{%- set title_levels = "['" ~ var('title_level_words') | map('replace', "'", "''") | join("', '") ~ "']" -%}
{%- set sketch_columns = 16 -%}
{%- set neighbours = range(1, var('text_neighbours') + 1) -%}
with lines as not materialized (

    select * from {{ ref('int_advert_lines') }}

),

texts as not materialized (

    select * from {{ ref('int_text_words') }}

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
        candidates.scope,
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
        -- "Remote, Germany" is not "Remote, Canada".
        and (one.country_code = other.country_code or one.country_code is null or other.country_code is null)
        and (one.region_code = other.region_code or one.region_code is null or other.region_code is null)
        -- One title, two rungs of a ladder that only the texts name.
        and (
            len(list_intersect(one.levels, other.levels)) = len(one.levels)
            or len(list_intersect(one.levels, other.levels)) = len(other.levels)
        )

),

-- No more words are shared than this. To count them takes a hundred times as long.
bounded as (

    select
        paired.*,
        least(
            paired.one_count
            {% for column in range(sketch_columns) %}
                - cast(bit_count(one.bits_{{ column }} & ~other.bits_{{ column }}) as integer)
            {% endfor %},
            paired.other_count
            {% for column in range(sketch_columns) %}
                - cast(bit_count(other.bits_{{ column }} & ~one.bits_{{ column }}) as integer)
            {% endfor %}
        ) as most_shared,
        case
            when paired.is_same_source or paired.scope = 'place' then {{ var('same_board_similarity') }}
            else {{ [var('same_place_similarity'), var('contained_text_similarity')] | min }}
        end as least_similarity
    from paired
    inner join texts as one on paired.text_id = one.text_id
    inner join texts as other on paired.other_text_id = other.text_id

),

compared as (

    select
        bounded.*,
        len(list_intersect(one.words, other.words)) as shared
    from bounded
    inner join texts as one on bounded.text_id = one.text_id
    inner join texts as other on bounded.other_text_id = other.text_id
    where
        bounded.most_shared
        >= bounded.least_similarity * (bounded.one_count + bounded.other_count - bounded.most_shared)

),

measured as (

    select
        *,
        cast(shared as double) / (one_count + other_count - shared) as similarity,
        cast(shared as double) / least(one_count, other_count) as contained
    from compared

),

alike as (

    select *
    from measured
    where
        case
            when scope = 'place'
                then
                    similarity >= {{ var('same_board_similarity') }}
                    and least(one_count, other_count) >= {{ var('other_title_min_words') }}
            when is_same_writer then similarity >= {{ var('same_board_similarity') }}
            when is_same_place then similarity >= {{ var('same_place_similarity') }}
            else similarity >= {{ var('same_text_similarity') }}
        end
        -- Boards cut texts.
        or (
            scope <> 'place'
            and not is_same_source
            and contained >= {{ var('contained_text_share') }}
            and similarity >= {{ var('contained_text_similarity') }}
        )

),

-- Alike as they are, what is said of titles, places and requisitions may tell two openings apart.
signs as (

    select
        lines.line,
        lines.location,
        texts.words,
        string_split(
            trim(regexp_replace({{ comparable_text('lines.title') }}, '(?:^| )[^ ](?: [^ ])*(?: |$)', ' ', 'g')), ' '
        ) as title_words,
        regexp_extract_all(lines.title, '[0-9]+') as title_numbers,
        list_distinct(string_split({{ comparable_text('lines.title') }}, ' ')) as all_title_words,
        string_split({{ comparable_text("coalesce(lines.location, '')") }}, ' ') as place_words,
        texts.teams,
        texts.requisitions
    from lines
    inner join texts on lines.text_id = texts.text_id
    where
        lines.line in (select alike.line from alike) or lines.line in (select alike.other_line from alike)

),

-- A text may name its own place, title or team; by that alone two are told apart where the other does not name it. All
-- words are looked through only where it matters.
weighed as (

    select
        alike.line,
        alike.other_line,
        alike.scope,
        alike.similarity,
        case
            when alike.is_same_source and one.location <> other.location
                then
                    len(list_intersect(one.place_words, one.words))
                    > len(list_intersect(
                        list_intersect(one.place_words, one.words), list_concat(other.place_words, other.words)
                    ))
                    and len(list_intersect(other.place_words, other.words))
                    > len(list_intersect(
                        list_intersect(other.place_words, other.words), list_concat(one.place_words, one.words)
                    ))
        end as has_other_place,
        case
            when alike.is_same_source
                then
                    len(one.teams) > len(list_intersect(one.teams, other.words))
                    and len(other.teams) > len(list_intersect(other.teams, one.words))
        end as has_other_team,
        len(one.requisitions) > 0
        and len(other.requisitions) > 0
        and len(list_intersect(one.requisitions, other.requisitions)) = 0 as has_other_requisition,
        case
            when alike.scope = 'place'
                then
                    len(list_intersect(one.title_words, one.words))
                    > len(list_intersect(
                        list_intersect(one.title_words, one.words), list_concat(other.title_words, other.words)
                    ))
                    or len(list_intersect(other.title_words, other.words))
                    > len(list_intersect(
                        list_intersect(other.title_words, other.words), list_concat(one.title_words, one.words)
                    ))
        end as has_other_title,
        len(list_intersect(one.all_title_words, {{ title_levels }}))
        + len(list_intersect(other.all_title_words, {{ title_levels }}))
        > 2 * len(list_intersect(list_intersect(one.all_title_words, other.all_title_words), {{ title_levels }}))
        or (
            len(one.title_numbers) > 0
            and len(other.title_numbers) > 0
            and one.title_numbers <> other.title_numbers
        ) as has_other_level,
        len(list_intersect(one.title_words, other.title_words)) as shared_title_words,
        -- What each title says beyond the other, and how much of it its text says too.
        len(list_distinct(one.title_words)) - len(list_intersect(one.title_words, other.title_words)) as own_count,
        len(list_distinct(other.title_words)) - len(list_intersect(one.title_words, other.title_words))
            as other_own_count,
        case
            when alike.scope = 'place'
                then
                    len(list_intersect(one.title_words, one.words))
                    - len(list_intersect(list_intersect(one.title_words, one.words), other.title_words))
        end as backed_count,
        case
            when alike.scope = 'place'
                then
                    len(list_intersect(other.title_words, other.words))
                    - len(list_intersect(list_intersect(other.title_words, other.words), one.title_words))
        end as other_backed_count
    from alike
    inner join signs as one on alike.line = one.line
    inner join signs as other on alike.other_line = other.line

),

likely as (

    select
        *,
        row_number() over (partition by line, scope order by similarity desc, other_line asc) as choice
    from weighed
    where
        not coalesce(has_other_place, false)
        and not coalesce(has_other_team, false)
        and not has_other_requisition
        and (
            scope <> 'place'
            or (
                not has_other_title
                and not has_other_level
                and shared_title_words > 0
                and (
                    -- A title that is all in the other is the same one with a place, client or number added.
                    least(own_count, other_own_count) = 0
                    -- Else they are two names of what the texts tell, and not two jobs in one form of words.
                    or (
                        similarity >= {{ var('other_title_similarity') }}
                        and 2 * backed_count >= own_count
                        and 2 * other_backed_count >= other_own_count
                    )
                )
            )
        )

)

select
    one.advert_id,
    other.advert_id as other_advert_id,
    max(likely.similarity) as similarity
from likely
inner join lines as one on least(likely.line, likely.other_line) = one.line
inner join lines as other on greatest(likely.line, likely.other_line) = other.line
where
    -- One that names no city is the likest one's alone, lest it tie two cities together.
    (likely.scope <> 'role' or likely.choice = 1)
    and case
        when one.posting_key = other.posting_key then {{ var('match_same_key') }}
        else {{ var('match_cross_source') }}
    end
group by one.advert_id, other.advert_id
