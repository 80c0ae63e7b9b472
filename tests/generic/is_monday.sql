{% test is_monday(model, column_name) %}
select {{ column_name }}
from {{ model }}
where {{ column_name }} is distinct from {{ week_of(column_name) }}
{% endtest %}
