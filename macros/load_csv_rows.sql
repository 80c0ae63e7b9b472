{% macro duckdb__load_csv_rows(model, agate_table) %}
    {#- dbt-duckdb's own gives the path as it is: a quote, or a sign of patterns, in a folder's name stops it. -#}
    {% set path = modules.re.sub("([*?[])", "[\\1]", adapter.get_seed_file_path(model)).replace("'", "''") %}
    {% set sql = "copy " ~ this ~ " from '" ~ path ~ "' (format csv, header true)" %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}
