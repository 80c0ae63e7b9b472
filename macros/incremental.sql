{#- Models that keep their rows from build to build, and when they must not: after a change of rules, of code or of raw
    rows that were there before, they are made anew without anyone asking for it. -#}

{% macro start_build() %}
    {#- Gives the build its number, and its basis: what kept rows rest on. -#}
    {% if execute and flags.WHICH in ('build', 'run', 'seed', 'test') %}
        {{- return(adapter.dispatch('start_build')()) -}}
    {% endif %}
{% endmacro %}

{% macro spark__start_build() %}
    {#- Spark keeps no rows. -#}
{% endmacro %}

{% macro default__start_build() %}
    {% do run_query('create schema if not exists intermediate') %}
    {% do run_query(
        'create table if not exists intermediate.builds '
        ~ '(build_number integer, started_at timestamp, rules_hash varchar, raw_state integer)'
    ) %}
    {% do run_query(
        'create table if not exists intermediate.kept_tables (table_name varchar primary key, basis varchar, build_number integer)'
    ) %}
    {#- A warehouse of before there were build numbers. -#}
    {% do run_query('alter table intermediate.kept_tables add column if not exists build_number integer') %}
    {% if flags.WHICH in ('build', 'run') %}
        {% set build = run_query(
            "insert into intermediate.builds select coalesce(max(build_number), 0) + 1, "
            ~ "timestamp '" ~ run_started_at.strftime('%Y-%m-%d %H:%M:%S') ~ "', " ~ rules_hash() ~ ", "
            ~ "coalesce(max(raw_state), 0) + " ~ ('1' if raw_rows_are_gone() else '0') ~ " from intermediate.builds "
            ~ "returning build_number, rules_hash || '/' || raw_state as basis"
        ).rows[0] %}
        {% set kept = {} %}
        {% for row in run_query(
            "select table_name, build_number from intermediate.kept_tables where basis = '" ~ build['basis'] ~ "'"
        ).rows %}
            {% do kept.update({row['table_name']: row['build_number']}) %}
        {% endfor %}
        {#- The graph is what dbt hands from one node to the next; asked for here, no model needs to ask the warehouse. -#}
        {% do graph.update({'talent_build': {'number': build['build_number'], 'basis': build['basis'], 'kept': kept}}) %}
    {% endif %}
{% endmacro %}


{% macro this_build() %}
    {#- What start_build found out; nothing where no build runs. -#}
    {{- return(graph.get('talent_build', {'number': 0, 'basis': '', 'kept': {}})) -}}
{% endmacro %}


{% macro rules_hash() -%}
    {#- Of everything that decides what the rows are: models, macros, seeds, settings and the engine. -#}
    {%- set folder = flags.PROJECT_DIR or '.' -%}
    (
        select md5(
            string_agg(md5(content), '' order by filename)
            || version() || '{{ invocation_args_dict.get("vars", "") | string | replace("'", "''") }}'
        )
        from read_text([
            '{{ folder }}/dbt_project.yml', '{{ folder }}/macros/*.sql', '{{ folder }}/seeds/*.csv',
            '{{ folder }}/models/**/*.sql', '{{ folder }}/models/**/*.py', '{{ folder }}/src/**/*.py'
        ])
    )
{%- endmacro %}


{% macro raw_rows_are_gone() %}
    {#- Whether a load that was read before is no longer in the raw table, or has another number of rows. -#}
    {% set observations = adapter.get_relation(target.database, 'intermediate', 'int_observations') %}
    {% if not observations %}
        {{ return(false) }}
    {% endif %}
    {% set changed = run_query(
        "select source_file, loaded_at, count(*) from " ~ observations ~ " group by all "
        ~ "except select source_file, cast(loaded_at as timestamp), count(*) from raw.job_postings group by all limit 1"
    ) %}
    {{ return(changed.rows | length > 0) }}
{% endmacro %}


{% macro build_number() -%}
    {#- The number of the running build; rows that it writes carry it, so that the models after them see what is new. -#}
    {{ this_build()['number'] }}
{%- endmacro %}


{% macro kept_until() -%}
    {#- The last build that made this table: what its parents wrote later is new to it. -#}
    {{ this_build()['kept'].get(this.identifier, 0) }}
{%- endmacro %}


{% macro should_full_refresh() %}
    {#- dbt asks this of each incremental model: also yes where its rows rest on other rules or on raw rows that are gone. -#}
    {% set configured = config.get('full_refresh') %}
    {% if configured is not none %}
        {{ return(configured) }}
    {% elif flags.FULL_REFRESH or not execute or flags.WHICH not in ('build', 'run') %}
        {{ return(flags.FULL_REFRESH) }}
    {% elif config.get('meta', {}).get('keeps_rows_of_other_rules') %}
        {{ return(false) }}
    {% endif %}
    {{ return(this.identifier not in this_build()['kept']) }}
{% endmacro %}


{% macro remember_basis() %}
    {{- return(adapter.dispatch('remember_basis')()) -}}
{% endmacro %}

{% macro spark__remember_basis() -%}
{%- endmacro %}

{% macro default__remember_basis() -%}
    {#- After a model that keeps its rows was made: what they rest on, in the same transaction. -#}
    {%- if execute and config.get('materialized') == 'incremental' and flags.WHICH in ('build', 'run') -%}
        insert or replace into intermediate.kept_tables values
            ('{{ this.identifier }}', '{{ this_build()['basis'] }}', {{ build_number() }})
    {%- endif -%}
{%- endmacro %}


{% macro forget_rows_gone_from(relation, key) -%}
    {#- For a table that keeps rows: without those whose key its parent has no more. -#}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where not exists (select 1 from {{ relation }} as parent where parent.{{ key }} = {{ this.identifier }}.{{ key }})
    {%- endif -%}
{%- endmacro %}


{% macro forget_rows_changed_in(relation, key) -%}
    {#- The same, and without those that its parent wrote again; the model then adds what is new. -#}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where
            not exists (
                select 1
                from {{ relation }} as parent
                where parent.{{ key }} = {{ this.identifier }}.{{ key }} and parent.build_number <= {{ kept_until() }}
            )
    {%- endif -%}
{%- endmacro %}
