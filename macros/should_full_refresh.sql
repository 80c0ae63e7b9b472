{% macro should_full_refresh() %}
    {#- dbt asks this of each incremental model. One that keeps its rows from build to build adds what is new, and is made
        anew, unasked, when a rule is another one. -#}
    {% set configured = config.get('full_refresh') %}
    {% if configured is not none %}
        {{ return(configured) }}
    {% endif %}
    {%- set is_of_these_rules = graph.get('made', {}).get(model.unique_id, {}).get('rules') == graph.get('rules', '-') -%}
    {{ return(flags.FULL_REFRESH or not is_of_these_rules) }}
{% endmacro %}
