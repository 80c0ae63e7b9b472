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


{% macro week_of(date) -%}
    cast(date_trunc('week', {{ date }}) as date)
{%- endmacro %}


{% macro weeks_between(first_week, last_week) %}
    {{- return(adapter.dispatch('weeks_between')(first_week, last_week)) -}}
{% endmacro %}

{% macro default__weeks_between(first_week, last_week) -%}
    cast(unnest(generate_series({{ first_week }}, {{ last_week }}, interval 7 day)) as date)
{%- endmacro %}

{% macro spark__weeks_between(first_week, last_week) -%}
    explode(sequence({{ first_week }}, {{ last_week }}, interval 7 day))
{%- endmacro %}


{% macro unnest_list(list) %}
    {{- return(adapter.dispatch('unnest_list')(list)) -}}
{% endmacro %}

{% macro default__unnest_list(list) -%}
    unnest({{ list }})
{%- endmacro %}

{% macro spark__unnest_list(list) -%}
    explode({{ list }})
{%- endmacro %}


{% macro split_words(text) %}
    {{- return(adapter.dispatch('split_words')(text)) -}}
{% endmacro %}

{% macro default__split_words(text) -%}
    string_split({{ text }}, ' ')
{%- endmacro %}

{% macro spark__split_words(text) -%}
    split({{ text }}, ' ')
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

{% macro spark__each_word(relation, words, columns) -%}
    select
        {{ columns | join(', ') }},
        word,
        place + 1 as position
    from {{ relation }}
    lateral view posexplode({{ words }}) as place, word
{%- endmacro %}


{% macro words_from(words, position, count) %}
    {{- return(adapter.dispatch('words_from')(words, position, count)) -}}
{% endmacro %}

{% macro default__words_from(words, position, count) -%}
    array_to_string(list_slice({{ words }}, {{ position }}, {{ position }} + {{ count }} - 1), ' ')
{%- endmacro %}

{% macro spark__words_from(words, position, count) -%}
    array_join(slice({{ words }}, {{ position }}, {{ count }}), ' ')
{%- endmacro %}


{% macro list_length(list) %}
    {{- return(adapter.dispatch('list_length')(list)) -}}
{% endmacro %}

{% macro default__list_length(list) -%}
    coalesce(len({{ list }}), 0)
{%- endmacro %}

{% macro spark__list_length(list) -%}
    coalesce(array_size({{ list }}), 0)
{%- endmacro %}


{% macro empty_list() %}
    {{- return(adapter.dispatch('empty_list')()) -}}
{% endmacro %}

{% macro default__empty_list() -%}
    cast([] as string[])
{%- endmacro %}

{% macro spark__empty_list() -%}
    cast(array() as array<string>)
{%- endmacro %}


{% macro split_list(text) %}
    {{- return(adapter.dispatch('split_list')(text)) -}}
{% endmacro %}

{% macro default__split_list(text) -%}
    string_split({{ text }}, '|')
{%- endmacro %}

{% macro spark__split_list(text) -%}
    split({{ text }}, '[|]')
{%- endmacro %}


{% materialization incremental, adapter='spark', supported_languages=['sql', 'python'] %}
    {#- Plain Parquet has no delete and no merge, and rebuilding is what a cluster is for: what keeps its rows on DuckDB is
        built whole on Spark, but for a table that must never be made anew (full_refresh: false), which is appended to. -#}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {% if is_incremental() %}
        {% call statement('main') -%}
            insert into {{ target_relation }} {{ compiled_code }}
        {%- endcall %}
    {% else %}
        {% do adapter.drop_relation(target_relation) %}
        {% call statement('main', language=model['language']) -%}
            {{ create_table_as(false, target_relation, compiled_code, model['language']) }}
        {%- endcall %}
        {% do persist_docs(target_relation, model) %}
    {% endif %}
    {% do persist_constraints(target_relation, model) %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% macro is_incremental() %}
    {{- return(adapter.dispatch('is_incremental')()) -}}
{% endmacro %}

{% macro default__is_incremental() %}
    {{- return(dbt.is_incremental()) -}}
{% endmacro %}

{% macro spark__is_incremental() %}
    {{- return(config.get('full_refresh') is sameas false and dbt.is_incremental()) -}}
{% endmacro %}


{% macro spark__persist_constraints(relation, model) %}
    {#- DuckDB refuses a null as it writes; Parquet cannot, so the columns are looked at once they are written. -#}
    {% set columns = [] %}
    {% for name, column in model.columns.items() if column.constraints | selectattr('type', 'equalto', 'not_null') | list %}
        {% do columns.append(name) %}
    {% endfor %}
    {% if columns %}
        {% set nulls = run_query(
            'select ' ~ columns | join(', ') ~ ' from ' ~ relation
            ~ ' where ' ~ columns | join(' is null or ') ~ ' is null limit 1'
        ) %}
        {% if nulls.rows | length %}
            {% do exceptions.raise_compiler_error('A null in a column that may hold none: ' ~ nulls.rows[0].dict() | string) %}
        {% endif %}
    {% endif %}
{% endmacro %}


{% macro spark__cast(field, type) -%}
    {#- Types as contracts and seeds name them: a list is string[] there. -#}
    cast({{ field }} as {{ 'array<' ~ type[:-2] ~ '>' if type.endswith('[]') else type }})
{%- endmacro %}


{% macro computed_once() %}
    {{- return(adapter.dispatch('computed_once')()) -}}
{% endmacro %}

{% macro default__computed_once() -%}
    materialized
{%- endmacro %}

{% macro spark__computed_once() -%}
    {#- Spark reuses what it computed for one query by itself. -#}
{%- endmacro %}


{% macro computed_each_time() %}
    {{- return(adapter.dispatch('computed_each_time')()) -}}
{% endmacro %}

{% macro default__computed_each_time() -%}
    not materialized
{%- endmacro %}

{% macro spark__computed_each_time() -%}
    {#- What Spark does unasked. -#}
{%- endmacro %}
