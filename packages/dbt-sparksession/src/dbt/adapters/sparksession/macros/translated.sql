{#- Models and tests are DuckDB's SQL; here they become Spark's. -#}

{% macro sparksession__create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {{- spark__create_table_as(
        temporary,
        relation,
        adapter.translate_model(compiled_code, relation.schema, relation.identifier) if language == 'sql' else compiled_code,
        language
    ) -}}
{%- endmacro %}

{% macro sparksession__create_view_as(relation, sql) -%}
    {{- spark__create_view_as(relation, adapter.translate(sql)) -}}
{%- endmacro %}

{% macro sparksession__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
    {{- default__get_test_sql(adapter.translate(main_sql), fail_calc, warn_if, error_if, limit) -}}
{%- endmacro %}
