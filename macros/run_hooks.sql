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

    {#- dbt and DuckDB would tell a mistake in a seed's file by the way that they read it, or by what rests on it. -#}
    {% if execute and flags.WHICH in ('build', 'seed') and target.type == 'duckdb' %}
        {% set seeds = graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed') %}
        {% set check = {
            'seeds': seeds | selectattr('unique_id', 'in', selected_resources) | list,
            'editions': var('taxonomy_editions'),
        } %}
        {% do adapter.store_relation('dbt_plugin', target, [], '', 'duckdb', check) %}
        {% if check['mistakes'] %}
            {% do exceptions.raise_compiler_error(check['mistakes'] | join('\n')) %}
        {% endif %}
    {% endif %}

    {#- What each table was made of, and by which rules (unchanged, should_full_refresh). The graph is what dbt hands
        from one node to the next. -#}
    {% if execute and flags.WHICH in ('build', 'run', 'seed') and target.type == 'duckdb' %}
        {% do run_query('create schema if not exists intermediate') %}
        {% do run_query(
            'create table if not exists intermediate.made_tables '
            ~ '(unique_id varchar primary key, rules varchar, inputs varchar, contents varchar)'
        ) %}
        {% set folder = invocation_args_dict.get('project_dir') or '.' %}
        {% set files = [] %}
        {% for name in [
            'dbt_project.yml', 'profiles.yml', 'requirements.lock', 'macros/**/*.sql', 'seeds/**/*', 'models/**/*.sql',
            'models/**/*.py', 'models/**/*.yml', 'src/**/*.py', 'src/**/*.csv', 'dbt_packages/**/*.sql',
        ] %}
            {% do files.append(dbt.string_literal(dbt.escape_single_quotes(folder ~ '/' ~ name))) %}
        {% endfor %}
        {#- All that decides what the rows are: models, macros, seeds, settings, code and the engine. -#}
        {% set rules = run_query(
            "select md5(string_agg(md5(content), '' order by filename) || version() || '" ~ dbt_version
            ~ invocation_args_dict.get('vars', '') | string | replace("'", "''")
            ~ "') from read_text([" ~ files | join(', ') ~ "])"
        ).rows[0][0] %}
        {% set made = {} %}
        {% for row in run_query('from intermediate.made_tables').rows %}
            {% do made.update({row[0]: {'rules': row[1], 'inputs': row[2], 'contents': row[3]}}) %}
        {% endfor %}
        {% do graph.update({'rules': rules, 'made': made}) %}
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
        {% for result in results if 'Out of Memory Error' in (result.message or '') %}
            {% if loop.first %}
                {% do exceptions.warn(
                    'DuckDB may use ' ~ env_var('TALENT_MEMORY', '1500MB') ~ ' of memory: set TALENT_MEMORY to more. '
                    ~ 'If many raw texts have a megabyte, load their file anew (load_postings.py --unload FILE, then '
                    ~ 'FILE), which keeps what is too long where no build reads it'
                ) %}
            {% endif %}
        {% endfor %}
    {% endif %}

    {#- Numbers are quoted from charts: where collection moved and not demand, the build says so. -#}
    {% if execute and flags.WHICH == 'build' and adapter.get_relation(target.database, 'marts', 'collection_spells') %}
        {% set spells = run_query(
            "select message, count(*) over () as spells from marts.collection_spells "
            ~ "order by last_week desc, part <> 'all', first_week, kind, source limit 5"
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
            'is_sample': flags.EMPTY or invocation_args_dict.get('sample'),
        } %}
        {% do adapter.store_relation('dbt_plugin', target, [], '', 'duckdb', build) %}
        {#- Printed, and no warning: --quiet would hide it, and leave "Got 1 result". -#}
        {% for mistake in build['mistakes'] %}
            {% do print(mistake) %}
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
