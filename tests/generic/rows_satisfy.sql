{#- Each row must satisfy each condition; a condition that is null is not satisfied. -#}
{% test rows_satisfy(model, conditions) %}
{%- for condition in conditions %}
select
    '{{ condition | replace("'", "''") }}' as broken_condition,
    count(*) as row_count
from {{ model }}
where not coalesce({{ condition }}, false)
having count(*) > 0
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endtest %}
