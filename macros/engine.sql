{#- What DuckDB and Spark spell differently; models call these and never ask which engine they run on. -#}

{% macro replace_all(text, pattern, replacement) %}
    {{- return(adapter.dispatch('replace_all')(text, pattern, replacement)) -}}
{% endmacro %}

{% macro default__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ java_pattern(pattern) }}, '{{ replacement | replace('\\', '$') }}')
{%- endmacro %}


{% macro matches(text, pattern) %}
    {{- return(adapter.dispatch('matches')(text, pattern)) -}}
{% endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches(text, pattern) -%}
    regexp_like({{ text }}, {{ java_pattern(pattern) }})
{%- endmacro %}


{% macro first_match(text, pattern, group=0) %}
    {{- return(adapter.dispatch('first_match')(text, pattern, group)) -}}
{% endmacro %}

{% macro default__first_match(text, pattern, group) -%}
    regexp_extract({{ text }}, '{{ pattern }}', {{ group }})
{%- endmacro %}

{% macro spark__first_match(text, pattern, group) -%}
    regexp_extract({{ text }}, {{ java_pattern(pattern) }}, {{ group }})
{%- endmacro %}


{% macro java_pattern(pattern) -%}
    {#- RE2's meaning in Java: only \n ends a line, $ is the end of the text, \b knows ASCII's letters only, (?i) all
        letters, and a character that Unicode assigned lately is no control character. -#}
    r'(?d{{ 'iu' if pattern.startswith('(?i)') }}){{ (pattern[4:] if pattern.startswith('(?i)') else pattern)
        | replace('\\b', '(?:(?<=\\w)(?!\\w)|(?<!\\w)(?=\\w))')
        | replace('$', '\\z')
        | replace('\\p{C}', '\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}') }}'
{%- endmacro %}


{% macro lower_case(text) %}
    {{- return(adapter.dispatch('lower_case')(text)) -}}
{% endmacro %}

{% macro default__lower_case(text) -%}
    lower({{ text }})
{%- endmacro %}

{% macro spark__lower_case(text) -%}
    {#- The two letters that Spark lowers by their neighbours or to two letters. -#}
    lower(translate({{ text }}, '{{ '\u0130\u03a3' }}', '{{ 'i\u03c3' }}'))
{%- endmacro %}


{% macro without_accents(text) %}
    {{- return(adapter.dispatch('without_accents')(text)) -}}
{% endmacro %}

{% macro default__without_accents(text) -%}
    strip_accents({{ text }})
{%- endmacro %}

{% macro spark__without_accents(text) -%}
    {#- Spark has no such function, but brings ICU, which has. -#}
    {%- set icu = 'com.ibm.icu.text.Normalizer' -%}
    case
        when regexp_like({{ text }}, r'[^\x00-\x7F]')
            then reflect(
                '{{ icu }}', 'compose',
                regexp_replace(reflect('{{ icu }}', 'decompose', {{ text }}, false), r'\p{M}+', ''), false
            )
        else {{ text }}
    end
{%- endmacro %}


{% macro epoch_date(seconds) %}
    {{- return(adapter.dispatch('epoch_date')(seconds)) -}}
{% endmacro %}

{% macro default__epoch_date(seconds) -%}
    cast(to_timestamp({{ seconds }}) at time zone 'UTC' as date)
{%- endmacro %}

{% macro spark__epoch_date(seconds) -%}
    cast(timestamp_seconds({{ seconds }}) as date)
{%- endmacro %}


{% macro days_before(date, days) %}
    {{- return(adapter.dispatch('days_before')(date, days)) -}}
{% endmacro %}

{% macro default__days_before(date, days) -%}
    ({{ date }} - cast({{ days }} as integer))
{%- endmacro %}

{% macro spark__days_before(date, days) -%}
    date_sub({{ date }}, cast({{ days }} as integer))
{%- endmacro %}
