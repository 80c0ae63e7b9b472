{%- set name_forms = '['
    ~ literals(var('employer_form_words') + var('employer_country_words') + var('employer_generic_words')) ~ ']' -%}
{%- set title_levels = '[' ~ literals(var('title_level_words')) ~ ']' -%}
{%- set title_sides = '[' ~ literals(var('title_side_words')) ~ ']' -%}
with texts as not materialized (

    select * from {{ ref('int_text_words') }}

),

compared as (

    select
        pairs.*,
        one.is_cut and other.is_cut as is_cut_twice,
        len(one.words) as one_count,
        len(other.words) as other_count,
        -- Each holds a word once.
        len(one.words) + len(other.words) - len(list_distinct(list_concat(one.words, other.words))) as shared
    from {{ ref('int_line_pairs') }} as pairs
    inner join texts as one on pairs.text_id = one.text_id
    inner join texts as other on pairs.other_text_id = other.text_id

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
        similarity >= least_similarity
        or (
            (
                contained >= least_contained
                or (
                    (is_cut_twice or not is_same_source)
                    and least(one_count, other_count) - shared <= most_own_words
                )
            )
            and similarity >= cut_similarity
        )

),

lines as (

    select
        line,
        text_id
    from alike
    union
    select
        other_line as line,
        other_text_id as text_id
    from alike

),

titled as (

    select
        lines.*,
        observations.title,
        observations.company,
        observations.location,
        coalesce(employers.has_agency_name, false) as is_agency,
        {{ comparable_text(signs_as_words(without_requisition(without_amounts('observations.title')))) }}
            as spelled_title
    from lines
    inner join {{ ref('int_observations_keyed') }} as keyed on lines.line = keyed.node
    inner join {{ ref('int_observations') }} as observations on keyed.observation_id = observations.observation_id
    left join {{ ref('int_employers') }} as employers on observations.company = employers.company

),

formed as (

    select
        *,
        {{ full_forms('spelled_title') }} as comparable_title
    from titled

),

-- Alike as they are, what is said of titles, places and requisitions may tell two openings apart.
signs as (

    select
        lines.line,
        lines.location,
        texts.words,
        {{ word_hashes(
            "string_split(trim(regexp_replace(lines.comparable_title, '(?:^| )[^ ](?: [^ ])*(?: |$)', ' ', 'g')), ' ')"
        ) }} as title_words,
        regexp_extract_all({{ without_amounts('lines.title') }}, '[0-9]+') as title_numbers,
        {{ title_number('lines.title') }} as title_number,
        list_distinct(string_split(lines.comparable_title, ' ')) as all_title_words,
        list_sort(list_intersect({{ title_sides }}, string_split(lines.comparable_title, ' '))) as title_sides,
        {{ word_hashes("string_split(" ~ comparable_text("coalesce(lines.location, '')") ~ ", ' ')") }} as place_words,
        {{ word_hashes(
            "list_filter(list_distinct(string_split(" ~ comparable_text("lines.company") ~ ", ' ')), lambda word: length(word) > 1"
            ~ " and not list_contains(" ~ name_forms ~ ", word))"
        ) }} as name_words,
        lines.is_agency or texts.is_for_client as is_agency,
        {{ word_hashes('texts.teams') }} as teams,
        list_sort(regexp_extract_all(array_to_string(texts.teams, ' '), '\b[0-9]{1,2}\b')) as years,
        texts.requisitions
    from formed as lines
    inner join texts on lines.text_id = texts.text_id

),

-- A text may name its own place, title or team; by that alone two are told apart where the other does not name it. All
-- words are looked through only where it matters.
weighed as (

    select
        alike.line,
        alike.other_line,
        alike.scope,
        alike.similarity,
        alike.is_same_key,
        alike.is_same_source,
        alike.least_similarity,
        alike.similarity < alike.least_similarity
        and alike.similarity < {{ var('contained_text_similarity') }} as is_teaser,
        -- What tells little of the work tells by its title alone which it is.
        alike.is_same_source
        and (alike.is_cut_twice or least(alike.one_count, alike.other_count) < {{ var('title_alone_words') }})
            as is_told_by_title,
        case when alike.scope = 'role' or alike.one_count <= alike.other_count then alike.line else alike.other_line end
            as shorter_line,
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
        case
            when alike.scope = 'copy'
                then
                    one.is_agency <> other.is_agency
                    -- Two boards may name one employer in two languages; a form that many fill in stands on one.
                    or (not alike.is_same_source and alike.similarity >= {{ var('other_title_similarity') }})
                    or len(list_intersect(one.name_words, other.words)) >= greatest(len(one.name_words), 1)
                    or len(list_intersect(other.name_words, one.words)) >= greatest(len(other.name_words), 1)
        end as is_copy,
        alike.is_same_source
        and len(one.years) > 0
        and len(other.years) > 0
        and one.years <> other.years as has_other_years,
        len(one.requisitions) > 0
        and len(other.requisitions) > 0
        and len(list_intersect(one.requisitions, other.requisitions)) = 0
        or coalesce(one.title_number <> other.title_number, false) as has_other_requisition,
        case
            when alike.scope in ('place', 'copy')
                then
                    len(list_intersect(one.title_words, one.words))
                    > len(list_intersect(
                        list_intersect(one.title_words, one.words),
                        list_concat(list_concat(other.title_words, other.name_words), other.words)
                    ))
                    or len(list_intersect(other.title_words, other.words))
                    > len(list_intersect(
                        list_intersect(other.title_words, other.words),
                        list_concat(list_concat(one.title_words, one.name_words), one.words)
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
        -- "Night shift" is not "day shift", but may be what another board calls "shift".
        len(one.title_sides) > 0
        and len(other.title_sides) > 0
        and one.title_sides <> other.title_sides as has_other_side,
        len(list_intersect(one.title_words, other.title_words)) as shared_title_words,
        -- What each title says beyond the other, the place and both employers' names, and how much of it its text
        -- says too.
    {% for mine, others, count in [('one', 'other', ''), ('other', 'one', 'other_')] %}
        {%- set names = 'list_concat(list_concat(one.name_words, other.name_words), one.place_words)' %}
        {%- set known = 'list_concat(' ~ others ~ '.title_words, ' ~ names ~ ')' %}
        len(list_distinct({{ mine }}.title_words))
        - len(list_intersect({{ mine }}.title_words, {{ known }})) as {{ count }}own_count,
        case
            when alike.scope in ('place', 'copy')
                then
                    len(list_intersect({{ mine }}.title_words, {{ mine }}.words))
                    - len(list_intersect(list_intersect({{ mine }}.title_words, {{ mine }}.words), {{ known }}))
        end as {{ count }}backed_count{{ ',' if not loop.last }}
    {% endfor %}
    from alike
    inner join signs as one on alike.line = one.line
    inner join signs as other on alike.other_line = other.line

),

likely as (

    select
        *,
        row_number() over (
            partition by shorter_line, scope, is_teaser order by similarity desc, line asc, other_line asc
        ) as choice
    from weighed
    where
        coalesce(is_copy, true)
        and not coalesce(has_other_place, false)
        and not coalesce(has_other_team, false)
        and not has_other_years
        and not has_other_requisition
        and (
            scope not in ('place', 'copy')
            or (
                -- What a board shortened does not say all that the longer text's title says.
                (
                    not has_other_title
                    or (
                        not is_same_source
                        and similarity < least_similarity
                        and case when shorter_line = line then own_count else other_own_count end = 0
                    )
                )
                and not has_other_level
                and not has_other_side
                and shared_title_words > 0
                and (
                    -- A title that is all in the other is the same one with a place, client or number added.
                    (least(own_count, other_own_count) = 0 and not is_told_by_title)
                    -- Else they are two names of what the texts tell, and not two jobs in one form of words.
                    or (
                        (least(own_count, other_own_count) = 0 or similarity >= {{ var('other_title_similarity') }})
                        and 2 * backed_count >= own_count
                        and 2 * other_backed_count >= other_own_count
                    )
                )
            )
        )

)

select
    least(line, other_line) as line,
    greatest(line, other_line) as other_line,
    max(similarity) as similarity,
    max(case when is_teaser then shorter_line end) as teaser
from likely
where
    -- One that names no city, and a teaser, is the likest one's alone, lest it tie two openings together.
    ((scope <> 'role' and not is_teaser) or choice = 1)
    and case when is_same_key then {{ var('match_same_key') }} else {{ var('match_cross_source') }} end
group by least(line, other_line), greatest(line, other_line)
