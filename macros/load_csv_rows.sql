{% macro duckdb__load_csv_rows(model, agate_table) %}
    {#- dbt-duckdb's own names the file with every folder above the project: a quote or a bracket in one stops it. -#}
    {% set sql = "copy " ~ this ~ " from '" ~ model.original_file_path ~ "' (format csv, header true)" %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}
