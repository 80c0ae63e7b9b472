{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {#- dbt's own asks the warehouse for the columns first, and once more for each part. Here one statement does: where
        docs are persisted, a contract says which columns there are. -#}
    {%- if for_relation and config.persist_relation_docs() and for_columns and config.persist_column_docs() -%}
        {%- call statement('persist_docs') -%}
            comment on {{ relation.type }} {{ relation }} is {{ duckdb_escape_comment(model.description) }};
            {% for name, column in model.columns.items() -%}
                comment on column {{ relation }}."{{ name }}" is {{ duckdb_escape_comment(column.description) }};
            {% endfor %}
        {%- endcall -%}
    {%- endif -%}
{%- endmacro %}
