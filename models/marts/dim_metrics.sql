-- What the semantic layer says of its metrics, for whoever shows their numbers.
{% for metric in graph.metrics.values() if execute %}
    select
        {{ dbt.string_literal(dbt.escape_single_quotes(metric.name)) }} as metric,
        {{ dbt.string_literal(dbt.escape_single_quotes(metric.label)) }} as display_name,
        {{ dbt.string_literal(dbt.escape_single_quotes(metric.description)) }} as description
    {% if not loop.last %}union all{% endif %}
{% endfor %}
