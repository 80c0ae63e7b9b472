{% macro build_time() %}
    {#- Not looked for by the macro unchanged, as run_started_at in a model is. -#}
    cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp)
{%- endmacro %}
