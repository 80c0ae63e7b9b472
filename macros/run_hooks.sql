{% macro prepare_raw() %}
    {#- A build from nothing ends with empty marts and says why, instead of failing on a missing source. -#}
    {% if execute and flags.WHICH in ('build', 'run', 'test') %}
        {% do run_query('create schema if not exists raw') %}
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
    {% do run_query(raw_job_postings_ddl()) %}
    {#- A table of an older version, or of another loader, need not have every field. -#}
    {% for field in ['employment_type', 'workplace', 'salary', 'salary_min', 'salary_max', 'salary_currency', 'salary_period',
        'industry', 'job_level', 'search_term', 'closing_date', 'other_fields'] %}
        {% do run_query('alter table raw.job_postings add column if not exists ' ~ field ~ ' varchar') %}
    {% endfor %}
    {% do run_query('alter table raw.job_postings add column if not exists scraped_at timestamp') %}
{% endmacro %}

{% macro spark__make_raw_table() %}
    {#- A view of the Parquet files that export_raw writes; a table that the user made stays. -#}
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


{% macro raw_job_postings_ddl() -%}
    create table if not exists raw.job_postings (
        title varchar,
        company varchar,
        location varchar,
        description varchar,
        source varchar,
        url varchar,
        posted_date varchar,
        employment_type varchar,
        workplace varchar,
        salary varchar,
        salary_min varchar,
        salary_max varchar,
        salary_currency varchar,
        salary_period varchar,
        industry varchar,
        job_level varchar,
        search_term varchar,
        closing_date varchar,
        other_fields varchar,
        scraped_at timestamp,
        loaded_at timestamp not null,
        source_file varchar not null,
        source_row bigint not null
    )
{%- endmacro %}


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
    {% if execute and flags.WHICH == 'build' and adapter.get_relation(target.database, 'marts', 'collection_warnings') %}
        {% set warnings = run_query(
            "select message, more_weeks, signs from (select *, count(*) over () as signs from ("
            ~ "select kind, source, min_by(message, week_start) as message, count(*) - 1 as more_weeks, "
            ~ "max(week_start) as last_week from marts.collection_warnings group by kind, source"
            ~ ") as grouped) as counted order by last_week desc, kind, source limit 5"
        ).rows %}
        {% for message, more_weeks, signs in warnings %}
            {% do exceptions.warn(
                'Collection, not demand: ' ~ message
                ~ ('; the same in ' ~ more_weeks ~ ' more week' ~ ('s' if more_weeks > 1 else '') if more_weeks else '')
            ) %}
        {% endfor %}
        {% if warnings and warnings[0][2] > 5 %}
            {% do exceptions.warn((warnings[0][2] - 5) ~ ' more in marts.collection_warnings') %}
        {% endif %}
    {% endif %}
{% endmacro %}
