{% macro prepare_raw() %}
    {#- A build from nothing ends with empty marts and says why, instead of failing on a missing source. -#}
    {% if execute and flags.WHICH in ('build', 'run', 'test') %}
        {% do make_raw_table() %}
        {% set found = run_query('select 1 from raw.job_postings limit 1') %}
        {% if found.rows | length == 0 %}
            {% do exceptions.warn(
                'No postings are loaded, so every mart will be empty. Load some first: '
                ~ 'python scripts/load_postings.py FILE, or python scripts/generate_postings.py for demo postings.'
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}


{% macro make_raw_table() %}
    {{- return(adapter.dispatch('make_raw_table')()) -}}
{% endmacro %}

{% macro default__make_raw_table() %}
    {#- talent_demand.dbt_plugin made it when it opened the warehouse. -#}
{% endmacro %}

{% macro spark__make_raw_table() %}
    {#- A view of the Parquet files that export_raw writes; a table that the user made stays. -#}
    {% do run_query('create schema if not exists raw') %}
    {% set made = adapter.get_relation(none, 'raw', 'job_postings') %}
    {% if made is none or made.is_view %}
        {% do run_query('create or replace view raw.job_postings as select * from parquet.`' ~ raw_location() ~ '`') %}
    {% endif %}
{% endmacro %}


{% macro raw_location() -%}
    {{ env_var('TALENT_RAW', 'data/raw') }}
{%- endmacro %}


{% macro export_raw() %}
    {#- dbt run-operation export_raw: what the DuckDB warehouse holds, for Spark. -#}
    {% do run_query(
        "copy raw.job_postings to '" ~ raw_location() ~ "' (format parquet, compression zstd, per_thread_output, overwrite)"
    ) %}
    {% do log('raw.job_postings is in ' ~ raw_location(), info=true) %}
{% endmacro %}


{% macro drop_leftovers() %}
    {{- return(adapter.dispatch('drop_leftovers')()) -}}
{% endmacro %}

{% macro spark__drop_leftovers() %}
    {#- Spark leaves none. -#}
{% endmacro %}

{% macro default__drop_leftovers() %}
    {#- An incremental Python model leaves its temporary table behind in the default schema. -#}
    {% if execute and flags.WHICH in ('build', 'run') %}
        {% set leftovers = run_query(
            "select table_name from information_schema.tables "
            ~ "where table_schema = '" ~ target.schema ~ "' and table_name like '%__dbt_tmp%'"
        ) %}
        {% for row in leftovers.rows %}
            {% do run_query('drop table if exists ' ~ target.schema ~ '."' ~ row[0] ~ '"') %}
        {% endfor %}
    {% endif %}
{% endmacro %}


{% macro warn_of_collection() %}
    {#- Numbers are quoted from charts: where collection moved and not demand, the build says so. -#}
    {% if execute and flags.WHICH == 'build' and adapter.get_relation(target.database, 'marts', 'collection_spells') %}
        {% set spells = run_query(
            "select message, count(*) over () as spells from marts.collection_spells "
            ~ "order by last_week desc, first_week, kind, source limit 5"
        ).rows %}
        {% for message, _ in spells %}
            {% do exceptions.warn('Collection, not demand: ' ~ message) %}
        {% endfor %}
        {% if spells and spells[0][1] > 5 %}
            {% do exceptions.warn((spells[0][1] - 5) ~ ' more in marts.collection_spells') %}
        {% endif %}
    {% endif %}
{% endmacro %}


{% macro publish_marts() %}
    {{- return(adapter.dispatch('publish_marts')()) -}}
{% endmacro %}

{% macro spark__publish_marts() %}
    {#- Spark's marts are read from Spark itself; a file to publish is DuckDB's. -#}
{% endmacro %}

{% macro default__publish_marts() %}
    {#- Only here, after everything, is it known whether all of a build passed. -#}
    {% if execute and flags.WHICH == 'build' %}
        {% set build = {
            'nodes': graph.nodes,
            'selected': selected_resources,
            'results': results,
            'is_sample': flags.EMPTY or flags.SAMPLE,
        } %}
        {% do adapter.store_relation('dbt_plugin', target, [], '', 'duckdb', build) %}
        {% if build['failure'] %}
            {#- Counts as an error of the build, after whose other results it is told. -#}
            select error({{ dbt.string_literal(dbt.escape_single_quotes(build['failure'])) }})
        {% elif build['warning'] %}
            {% do exceptions.warn(build['warning']) %}
        {% else %}
            {% do log(build['told'], info=true) %}
        {% endif %}
    {% endif %}
{% endmacro %}
