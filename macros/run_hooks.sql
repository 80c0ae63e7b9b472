{% macro start_build() %}
    {#- A build from nothing ends with empty marts and says why, instead of failing on a missing source. -#}
    {% if execute and flags.WHICH in ('build', 'run', 'test') %}
        {% if target.type == 'sparksession' %}
            {#- A view of the Parquet files that export_raw writes; a table that the user made stays. On DuckDB,
                talent_demand.dbt_plugin made the table when it opened the warehouse. -#}
            {% do run_query('create schema if not exists raw') %}
            {% set made = adapter.get_relation(none, 'raw', 'job_postings') %}
            {% if made is none or made.is_view %}
                {% do run_query(
                    'create or replace view raw.job_postings as select * from parquet.`'
                    ~ env_var('TALENT_RAW', 'data/raw') ~ '`'
                ) %}
            {% endif %}
        {% endif %}
        {% set found = run_query('select 1 from raw.job_postings limit 1') %}
        {% if found.rows | length == 0 %}
            {% do exceptions.warn(
                'No postings are loaded, so every mart will be empty. Load some first: '
                ~ 'python scripts/load_postings.py FILE, or python scripts/generate_postings.py for demo postings.'
            ) %}
        {% endif %}
    {% endif %}

    {#- Which tables that keep their rows (should_full_refresh) were made whole by the present rules. -#}
    {% if execute and flags.WHICH in ('build', 'run') and target.type == 'duckdb' %}
        {% do run_query('create schema if not exists intermediate') %}
        {% do run_query(
            'create table if not exists intermediate.kept_tables_by_rules (table_name varchar primary key, rules varchar)'
        ) %}
        {% set folder = flags.PROJECT_DIR or '.' %}
        {#- All that decides what the rows are: models, macros, seeds, settings, code and the engine. -#}
        {% set noted = run_query(
            "with present as (select md5(string_agg(md5(content), '' order by filename) || version() || '"
            ~ invocation_args_dict.get('vars', '') | string | replace("'", "''")
            ~ "') as rules from read_text(["
            ~ "'" ~ folder ~ "/dbt_project.yml', '" ~ folder ~ "/macros/*.sql', '" ~ folder ~ "/seeds/*.csv', '"
            ~ folder ~ "/models/**/*.sql', '" ~ folder ~ "/models/**/*.py', '" ~ folder ~ "/src/**/*.py'])) "
            ~ "select present.rules, kept.table_name from present "
            ~ "left join intermediate.kept_tables_by_rules as kept on present.rules = kept.rules"
        ).rows %}
        {#- The graph is what dbt hands from one node to the next. -#}
        {% do graph.update({'rules': noted[0]['rules'], 'kept_tables': noted | map(attribute='table_name') | list}) %}
    {% endif %}
{% endmacro %}


{% macro end_build() %}
    {% if execute and flags.WHICH in ('build', 'run') and target.type == 'duckdb' %}
        {#- An incremental Python model leaves its temporary table behind in the default schema. -#}
        {% set leftovers = run_query(
            "select table_name from information_schema.tables "
            ~ "where table_schema = '" ~ target.schema ~ "' and table_name like '%__dbt_tmp%'"
        ) %}
        {% for row in leftovers.rows %}
            {% do run_query('drop table if exists ' ~ target.schema ~ '."' ~ row[0] ~ '"') %}
        {% endfor %}
    {% endif %}

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

    {#- Only here, after everything, is it known whether all of a build passed. Spark's marts are read from Spark itself;
        the published file is DuckDB's. -#}
    {% if execute and flags.WHICH in ('build', 'test') and target.type == 'duckdb' %}
        {% set build = {
            'is_build': flags.WHICH == 'build',
            'nodes': graph.nodes,
            'selected': selected_resources,
            'results': results,
            'is_sample': flags.EMPTY or flags.SAMPLE,
        } %}
        {% do adapter.store_relation('dbt_plugin', target, [], '', 'duckdb', build) %}
        {% for mistake in build['mistakes'] %}
            {% do exceptions.warn(mistake) %}
        {% endfor %}
        {% if build['failure'] %}
            {#- Counts as an error of the build, after whose other results it is told. -#}
            select error({{ dbt.string_literal(dbt.escape_single_quotes(build['failure'])) }})
        {% elif build['warning'] %}
            {% do exceptions.warn(build['warning']) %}
        {% elif build['told'] %}
            {% do log(build['told'], info=true) %}
        {% endif %}
    {% endif %}
{% endmacro %}


{% macro export_raw() %}
    {#- dbt run-operation export_raw: what the DuckDB warehouse holds, for Spark. -#}
    {% set folder = env_var('TALENT_RAW', 'data/raw') %}
    {% do run_query(
        "copy (select columns(lambda name: name <> 'long_fields') from raw.job_postings) to '" ~ folder
        ~ "' (format parquet, compression zstd, per_thread_output, overwrite)"
    ) %}
    {% do log('raw.job_postings is in ' ~ folder, info=true) %}
{% endmacro %}
