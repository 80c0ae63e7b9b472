{% materialization incremental, adapter='sparksession', supported_languages=['sql', 'python'] %}
    {#- Plain Parquet has no delete and no merge, and rebuilding is what a cluster is for: what keeps its rows on DuckDB is
        built whole on Spark, but for a table that must never be made anew (full_refresh: false), which is appended to. -#}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {% if is_incremental() %}
        {% call statement('main') -%}
            insert into {{ target_relation }} {{ adapter.translate(compiled_code) }}
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
