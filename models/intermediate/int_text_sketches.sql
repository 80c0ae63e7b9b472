{{ config(materialized='incremental', incremental_strategy='append', unique_key='text_id') }}

{%- set sketch_columns = 8 -%}
{%- set bits_of_column = 60 -%}
with lines as (

    select
        lines.text_id,
        min(lines.text_node) as node
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
        {{ spaced_words('staged.description') }} as spaced_words
    from lines
    inner join {{ ref('int_observations_keyed') }} as keyed on lines.node = keyed.node
    inner join {{ ref('int_observations') }} as observations on keyed.observation_id = observations.observation_id
    inner join {{ ref('stg_job_postings') }} as staged
        on observations.observation_id = staged.observation_id and observations.loaded_at = staged.loaded_at

),

split as (

    select
        text_id,
        {{ word_hashes("string_split(spaced_words, ' ')") }} as words,
        list_sort(list_distinct(
            regexp_extract_all(spaced_words, '\b(?:{{ any_of(var("text_level_words")) }})\b')
        )) as levels
    from texts

)

select
    text_id,
    -- Each as often as it stands there: to tell which come again takes as long as all the rest. What is before
    -- the first blank and behind the last is none.
    cast(len(words) - 2 as integer) as word_count,
    levels,
    -- Which of so many bits the words of a text set: a bit that the other text lacks is a word that it lacks.
{% for column in range(sketch_columns) %}
    coalesce(
        list_bit_or(
            list_transform(
                list_filter(words, lambda word: (word & 65535) % {{ sketch_columns }} = {{ column }}),
                lambda word: cast(1 as bigint)
                << cast((word & 65535) % {{ sketch_columns * bits_of_column }} // {{ sketch_columns }} as integer)
            )
        ),
        0
    ) as bits_{{ column }}{{ ',' if not loop.last }}
{% endfor %}
from split
