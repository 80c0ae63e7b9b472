{#- Models that keep their rows from build to build add what is new and are made anew, unasked, when a rule is another one. -#}

{% macro note_rules() %}
    {#- At the start of a build: which tables were made whole by the present rules. -#}
    {% if execute and flags.WHICH in ('build', 'run') %}
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


{% macro should_full_refresh() %}
    {#- dbt asks this of each incremental model. -#}
    {% set configured = config.get('full_refresh') %}
    {% if configured is not none %}
        {{ return(configured) }}
    {% endif %}
    {#- A model whose rows tell by what they were read sees to it itself. -#}
    {% set knows_itself = config.get('meta', {}).get('rows_name_their_rules', false) %}
    {{ return(flags.FULL_REFRESH or not (knows_itself or this.identifier in graph.get('kept_tables', []))) }}
{% endmacro %}


{% macro remember_rules() -%}
    {#- After a model that keeps its rows, in the same transaction. Rows that were read from a part of the data or of the
        rules (dbt build --empty, --sample) are of no use to the next build. -#}
    {%- if config.get('materialized') == 'incremental' and graph.get('rules') -%}
        insert or replace into intermediate.kept_tables_by_rules values
            ('{{ this.identifier }}', '{{ graph["rules"] if not (flags.EMPTY or flags.SAMPLE) }}')
    {%- endif -%}
{%- endmacro %}


{% macro forget_changed_loads(relation) -%}
    {#- Before new loads are added to this table: without the rows of loads that the relation has no more, or with other rows. -#}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where
            (source_file, loaded_at) in (
                select
                    changed.source_file,
                    changed.loaded_at
                from (
                    select
                        source_file,
                        loaded_at,
                        count(*) as row_count,
                        sum(row_hash) as row_hash
                    from {{ this }}
                    group by source_file, loaded_at
                    except
                    select
                        source_file,
                        loaded_at,
                        count(*) as row_count,
                        sum(row_hash) as row_hash
                    from {{ relation }}
                    group by source_file, loaded_at
                ) as changed
            )
    {%- endif -%}
{%- endmacro %}
