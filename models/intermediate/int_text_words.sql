{{ config(materialized='incremental', incremental_strategy='append', unique_key='text_id') }}

{%- set levels = "['" ~ var('text_level_words') | map('replace', "'", "''") | join("', '") ~ "']" -%}
{%- set requisition
    = '(?:(?:' ~ any_of(var('requisition_words')) ~ ')[ _.-]*(?:' ~ any_of(var('number_signs')) ~ ')|'
    ~ any_of(var('requisition_number_words'))
    ~ ')[^a-z0-9]{0,4}((?:[a-z]{1,4}[-_]?)?[0-9][a-z0-9_-]{2,}(?:/[a-z0-9]+)*)' -%}
{%- set sketch_columns = 8 -%}
{%- set bits_of_column = 60 -%}
with lines as (

    select
        lines.text_id,
        min(lines.line) as line,
        min(lines.text_observation_id) as observation_id
    from {{ ref('int_advert_lines') }} as lines
    {% if is_incremental() %}
        left join {{ this }} as known on lines.text_id = known.text_id
        where known.text_id is null
    {% endif %}
    group by lines.text_id

),

-- The load is named, so that the scan knows which others to pass over.
texts as (

    select
        lines.text_id,
        lines.line,
        staged.description
    from lines
    inner join {{ ref('int_observations') }} as observations on lines.observation_id = observations.observation_id
    inner join {{ ref('stg_job_postings') }} as staged
        on observations.observation_id = staged.observation_id and observations.loaded_at = staged.loaded_at

),

comparable as (

    select
        text_id,
        line,
        description,
        {{ comparable_text('description') }} as comparable_text
    from texts

),

split as materialized (

    select
        text_id,
        line,
        list_distinct({{ word_hashes("string_split(comparable_text, ' ')") }}) as words,
        list_filter(
            {{ levels }}, lambda level: contains(' ' || comparable_text || ' ', ' ' || level || ' ')
        ) as levels,
        list_distinct(
            regexp_extract_all(
                comparable_text, '([^ ]+) (?:{{ any_of(var('team_words') + var('year_words')) }})(?: |$)', 1
            )
        ) as teams,
        regexp_extract_all(lower(description), '{{ requisition }}', 1) as requisitions
    from comparable

),

-- Which of so many bits the words of a text set: a bit that the other text lacks is a word that it lacks.
bits as (

    select
        line,
        (word & 65535) % {{ sketch_columns * bits_of_column }} as bit
    from (
        select
            line,
            unnest(words) as word
        from split
    ) as listed

),

-- By column first: each word is looked at once, not once a column.
columns as (

    select
        line,
        bit % {{ sketch_columns }} as number,
        bit_or(cast(1 as bigint) << cast(bit // {{ sketch_columns }} as integer)) as bits
    from bits
    group by line, bit % {{ sketch_columns }}

),

sketches as (

    select
        line,
    {% for column in range(sketch_columns) %}
        coalesce(max(bits) filter (where number = {{ column }}), 0) as bits_{{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from columns
    group by line

)

select
    split.text_id,
    split.words,
    cast(len(split.words) as integer) as word_count,
    split.levels,
    split.teams,
    split.requisitions,
{% for column in range(sketch_columns) %}
    sketches.bits_{{ column }}{{ ',' if not loop.last }}
{% endfor %}
from split
inner join sketches on split.line = sketches.line
