{{ config(materialized='incremental', incremental_strategy='append', unique_key='text_id') }}

{%- set requisition
    = '(?:(?:' ~ any_of(var('requisition_words')) ~ ')[ _.-]*(?:' ~ any_of(var('number_signs')) ~ ')|'
    ~ any_of(var('requisition_number_words'))
    ~ ')[^a-z0-9]{0,4}((?:[a-z]{1,4}[-_/]?)?[0-9][a-z0-9_-]{2,}(?:/[a-z0-9]+)*)' -%}
with pairs as not materialized (

    select * from {{ ref('int_line_pairs') }}

),

lines as (

    select
        lines.text_id,
        min(lines.text_node) as node
    from {{ ref('int_advert_lines') }} as lines
    {% if is_incremental() %}
        left join {{ this }} as known on lines.text_id = known.text_id
    {% endif %}
    where
        (
            lines.line in (select pairs.line from pairs)
            or lines.line in (select pairs.other_line from pairs)
        )
        {% if is_incremental() %}
            and known.text_id is null
        {% endif %}
    group by lines.text_id

),

-- The load is named, so that the scan knows which others to pass over.
comparable as (

    select
        lines.text_id,
        staged.description,
        {{ comparable_text('staged.description') }} as comparable_text
    from lines
    inner join {{ ref('int_observations_keyed') }} as keyed on lines.node = keyed.node
    inner join {{ ref('int_observations') }} as observations on keyed.observation_id = observations.observation_id
    inner join {{ ref('stg_job_postings') }} as staged
        on observations.observation_id = staged.observation_id and observations.loaded_at = staged.loaded_at

)

select
    text_id,
    list_distinct({{ word_hashes("string_split(comparable_text, ' ')") }}) as words,
    list_distinct(
        regexp_extract_all(
            comparable_text, '([^ ]+) (?:{{ any_of(var('team_words') + var('year_words')) }})(?: |$)', 1
        )
    ) as teams,
    regexp_extract_all(lower(description), '{{ requisition }}', 1) as requisitions,
    regexp_matches(comparable_text, '(?:^| )(?:{{ any_of(var('client_words')) }})(?: |$)') as is_for_client,
    regexp_matches(right(description, 5), '(?:…|[.]{3})\s*$') as is_cut
from comparable
