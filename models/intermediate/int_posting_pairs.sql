{%- set levels = "['" ~ var('text_level_words') | map('replace', "'", "''") | join("', '") ~ "']" -%}
{%- set title_levels = "['" ~ var('title_level_words') | map('replace', "'", "''") | join("', '") ~ "']" -%}
{%- set requisition
    = '(?:(?:' ~ any_of(var('requisition_words')) ~ ')[ _.-]*(?:' ~ any_of(var('number_signs')) ~ ')|'
    ~ any_of(var('requisition_number_words')) ~ ')[^a-z0-9]{0,4}((?:[a-z]{1,4}[-_]?)?[0-9][a-z0-9_-]{2,})' -%}
{%- set sketch_columns = 16 -%}
{%- set neighbours = range(1, var('text_neighbours') + 1) -%}
with adverts as not materialized (

    select *
    from {{ ref('int_adverts') }}
    where line is not null

),

-- Copies of one key and text are one line: the first of them is compared with other lines.
days as (

    select
        line,
        max(last_date) as last_date
    from adverts
    group by line

),

lines as (

    select
        adverts.line,
        adverts.advert_id,
        adverts.posting_key,
        adverts.role_id,
        adverts.employer_key,
        adverts.city,
        adverts.place,
        adverts.source,
        adverts.text_observation_id,
        adverts.first_date,
        days.last_date,
        adverts.is_role_shared,
        adverts.is_place_shared,
        places.country_code,
        places.region_code,
        coalesce(employers.has_agency_name, false) as is_agency
    from adverts
    inner join days on adverts.line = days.line
    left join {{ ref('int_places') }} as places on adverts.location = places.location
    left join {{ ref('int_employers') }} as employers on adverts.company = employers.company
    where adverts.node = adverts.line

),

sized as (

    select
        *,
        count(*) over (partition by role_id, city) as city_lines,
        count(*) over (partition by role_id) as role_lines,
        count(city) over (partition by role_id) as placed_lines
    from lines

),

needed as (

    select
        *,
        is_role_shared
        and (city_lines > 1 or (placed_lines > 0 and placed_lines < role_lines)) as is_of_role,
        placed_lines > 0 and placed_lines < role_lines as is_partly_placed
    from sized

),

-- Texts are read only where there is another one to compare with.
texts as not materialized (

    select
        needed.line,
        needed.role_id,
        needed.employer_key,
        needed.place,
        needed.is_of_role,
        needed.is_place_shared,
        staged.description
    from needed
    inner join {{ ref('stg_job_postings') }} as staged on needed.text_observation_id = staged.observation_id
    where needed.is_of_role or needed.is_place_shared

),

-- Other titles of an employer in a place: texts that are nearly the same begin alike or share their last line by
-- alphabet.
passages as (

    select
        line,
        role_id,
        unnest([
            {{ hash_of(['employer_key', 'place', 'left(description, 100)']) }},
            {{ hash_of(['employer_key', 'place', 'list_max(string_split(description, chr(10)))']) }}
        ]) as passage
    from texts
    where is_place_shared

),

shared_passages as (

    select passage
    from passages
    group by passage
    having min(role_id) <> max(role_id)

),

quoted as (

    select distinct
        passages.line,
        passages.passage
    from passages
    inner join shared_passages on passages.passage = shared_passages.passage

),

split as (

    select
        texts.line,
        list_distinct(string_split({{ comparable_text('texts.description') }}, ' ')) as words
    from texts
    where texts.is_of_role or texts.line in (select quoted.line from quoted)

),

worded as materialized (

    select
        needed.*,
        split.words,
        len(split.words) as word_count,
        list_intersect(split.words, {{ levels }}) as levels
    from split
    inner join needed on split.line = needed.line

),

-- Texts that are nearly the same have nearly as many words: a few neighbours by that number are enough to look at. An
-- advert that names a city is compared within it, one that names none also with those that do.
in_cities as (

    select
        line,
    {% for step in neighbours %}
        lead(line, {{ step }}) over in_city as behind_{{ step }}{{ ',' if not loop.last }}  -- noqa: LT02
    {% endfor %}
    from worded
    where is_of_role and city_lines > 1
    window in_city as (partition by role_id, city order by word_count, line)

),

in_roles as (

    select
        line,
        city is null as is_unplaced,
    {% for step in neighbours %}
        lead(line, {{ step }}) over in_role as behind_{{ step }},
        lag(line, {{ step }}) over in_role as before_{{ step }}{{ ',' if not loop.last }}  -- noqa: LT02
    {% endfor %}
    from worded
    where is_of_role and is_partly_placed
    window in_role as (partition by role_id order by word_count, line)

),

in_passages as (

    select
        quoted.line,
    {% for step in neighbours %}
        lead(quoted.line, {{ step }}) over in_passage as behind_{{ step }}{{ ',' if not loop.last }}  -- noqa: LT02
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

-- Which of so many bits the words of a text set: a bit that the other text lacks is a word that it lacks.
bits as (

    select
        line,
        hash(word) & {{ sketch_columns * 32 - 1 }} as bit
    from (
        select
            line,
            unnest(words) as word
        from worded
    ) as listed

),

sketches as (

    select
        line,
    {% for column in range(sketch_columns) %}
        coalesce(
            bit_or(cast(1 as bigint) << cast(bit // {{ sketch_columns }} as integer))
            filter (where bit % {{ sketch_columns }} = {{ column }}), 0
        ) as bits_{{ column }}{{ ',' if not loop.last }}  -- noqa: LT02
    {% endfor %}
    from bits
    group by line

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
    inner join sketches as one on paired.line = one.line
    inner join sketches as other on paired.other_line = other.line

),

compared as (

    select
        bounded.*,
        len(list_intersect(one.words, other.words)) as shared
    from bounded
    inner join worded as one on bounded.line = one.line
    inner join worded as other on bounded.other_line = other.line
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
        adverts.line,
        adverts.location,
        worded.words,
        string_split(
            trim(regexp_replace({{ comparable_text('adverts.title') }}, '(?:^| )[^ ](?: [^ ])*(?: |$)', ' ', 'g')), ' '
        ) as title_words,
        regexp_extract_all(adverts.title, '[0-9]+') as title_numbers,
        list_distinct(string_split({{ comparable_text('adverts.title') }}, ' ')) as all_title_words,
        string_split({{ comparable_text("coalesce(adverts.location, '')") }}, ' ') as place_words,
        regexp_extract_all(lower(staged.description), '{{ requisition }}', 1) as requisitions
    from adverts
    inner join {{ ref('stg_job_postings') }} as staged on adverts.text_observation_id = staged.observation_id
    inner join worded on adverts.line = worded.line
    where
        adverts.node = adverts.line
        and (
            adverts.line in (select alike.line from alike) or adverts.line in (select alike.other_line from alike)
        )

),

-- A text may name its own place or title; by that alone two are told apart where the other names it in neither.
named as (

    select
        *,
        list_intersect(place_words, words) as own_places,
        list_concat(place_words, words) as all_places,
        list_intersect(title_words, words) as own_titles,
        list_concat(title_words, words) as all_titles
    from signs

),

weighed as (

    select
        alike.line,
        alike.other_line,
        alike.scope,
        alike.similarity,
        alike.is_same_source
        and one.location <> other.location
        and len(one.own_places) > len(list_intersect(one.own_places, other.all_places))
        and len(other.own_places) > len(list_intersect(other.own_places, one.all_places)) as has_other_place,
        len(one.requisitions) > 0
        and len(other.requisitions) > 0
        and len(list_intersect(one.requisitions, other.requisitions)) = 0 as has_other_requisition,
        len(one.own_titles) > len(list_intersect(one.own_titles, other.all_titles))
        or len(other.own_titles) > len(list_intersect(other.own_titles, one.all_titles)) as has_other_title,
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
        len(one.own_titles) - len(list_intersect(one.own_titles, other.title_words)) as backed_count,
        len(other.own_titles) - len(list_intersect(other.own_titles, one.title_words)) as other_backed_count
    from alike
    inner join named as one on alike.line = one.line
    inner join named as other on alike.other_line = other.line

),

likely as (

    select
        *,
        row_number() over (partition by line, scope order by similarity desc, other_line asc) as choice
    from weighed
    where
        not coalesce(has_other_place, false)
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
