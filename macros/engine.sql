{#- What DuckDB and Spark spell differently; models call these and never ask which engine they run on. -#}

{% macro replace_all(text, pattern, replacement) %}
    {{- return(adapter.dispatch('replace_all')(text, pattern, replacement)) -}}
{% endmacro %}

{% macro default__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}


{% macro matches(text, pattern) %}
    {{- return(adapter.dispatch('matches')(text, pattern)) -}}
{% endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}


{% macro first_match(text, pattern, group=0) %}
    {{- return(adapter.dispatch('first_match')(text, pattern, group)) -}}
{% endmacro %}

{% macro default__first_match(text, pattern, group) -%}
    regexp_extract({{ text }}, '{{ pattern }}', {{ group }})
{%- endmacro %}


{% macro without_accents(text) %}
    {{- return(adapter.dispatch('without_accents')(text)) -}}
{% endmacro %}

{% macro default__without_accents(text) -%}
    strip_accents({{ text }})
{%- endmacro %}


{% macro epoch_date(seconds) %}
    {{- return(adapter.dispatch('epoch_date')(seconds)) -}}
{% endmacro %}

{% macro default__epoch_date(seconds) -%}
    cast(to_timestamp({{ seconds }}) at time zone 'UTC' as date)
{%- endmacro %}


{% macro days_before(date, days) %}
    {{- return(adapter.dispatch('days_before')(date, days)) -}}
{% endmacro %}

{% macro default__days_before(date, days) -%}
    ({{ date }} - cast({{ days }} as integer))
{%- endmacro %}


{% macro week_of(date) -%}
    cast(date_trunc('week', {{ date }}) as date)
{%- endmacro %}


{% macro weeks_between(first_week, last_week) %}
    {{- return(adapter.dispatch('weeks_between')(first_week, last_week)) -}}
{% endmacro %}

{% macro default__weeks_between(first_week, last_week) -%}
    cast(unnest(generate_series({{ first_week }}, {{ last_week }}, interval 7 day)) as date)
{%- endmacro %}


{% macro unnest_list(list) %}
    {{- return(adapter.dispatch('unnest_list')(list)) -}}
{% endmacro %}

{% macro default__unnest_list(list) -%}
    unnest({{ list }})
{%- endmacro %}


{% macro split_words(text) %}
    {{- return(adapter.dispatch('split_words')(text)) -}}
{% endmacro %}

{% macro default__split_words(text) -%}
    string_split({{ text }}, ' ')
{%- endmacro %}


{% macro word_count(text) -%}
    (length({{ text }}) - length(replace({{ text }}, ' ', '')) + 1)
{%- endmacro %}


{% macro each_word(relation, words, columns) %}
    {{- return(adapter.dispatch('each_word')(relation, words, columns)) -}}
{% endmacro %}

{% macro default__each_word(relation, words, columns) -%}
    select
        {{ columns | join(', ') }},
        unnest({{ words }}) as word,
        generate_subscripts({{ words }}, 1) as position
    from {{ relation }}
{%- endmacro %}


{% macro words_from(words, position, count) %}
    {{- return(adapter.dispatch('words_from')(words, position, count)) -}}
{% endmacro %}

{% macro default__words_from(words, position, count) -%}
    array_to_string(list_slice({{ words }}, {{ position }}, {{ position }} + {{ count }} - 1), ' ')
{%- endmacro %}


{% macro list_length(list) %}
    {{- return(adapter.dispatch('list_length')(list)) -}}
{% endmacro %}

{% macro default__list_length(list) -%}
    coalesce(len({{ list }}), 0)
{%- endmacro %}


{% macro empty_list() %}
    {{- return(adapter.dispatch('empty_list')()) -}}
{% endmacro %}

{% macro default__empty_list() -%}
    cast([] as varchar[])
{%- endmacro %}


{% macro split_list(text) %}
    {{- return(adapter.dispatch('split_list')(text)) -}}
{% endmacro %}

{% macro default__split_list(text) -%}
    string_split({{ text }}, '|')
{%- endmacro %}


{% macro computed_once() %}
    {{- return(adapter.dispatch('computed_once')()) -}}
{% endmacro %}

{% macro default__computed_once() -%}
    materialized
{%- endmacro %}
