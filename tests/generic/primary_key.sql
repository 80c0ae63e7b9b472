{#- Unique and not null in one pass; key: one column or several. -#}
{% test primary_key(model, column_name=none, columns=none) %}
{%- set key = columns or [column_name] -%}
select
    {{ key | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ key | join(', ') }}
having count(*) > 1 or {% for column in key %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
