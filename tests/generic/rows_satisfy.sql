{#- Each row must satisfy each condition, and no two may share a key, nor be without; a condition that is null is not
    satisfied. One test a table, which reads it once: each costs a build as much as a small table does. -#}
{% test rows_satisfy(model, conditions, key=none) %}
with counts as (

    select
        {%- for condition in conditions %}
        count(*) filter (where not coalesce({{ condition }}, false)) as broken_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ model }}

)
{% for condition in conditions %}
select
    '{{ condition | replace("'", "''") }}' as broken_condition,
    broken_{{ loop.index }} as row_count
from counts
where broken_{{ loop.index }} > 0
{{ 'union all' if not loop.last or key }}
{%- endfor %}
{%- if key %}
select
    'one row a {{ key | join(", ") }}' as broken_condition,
    count(*) as row_count
from (
    {{ test_primary_key(model, columns=key) }}
) as broken_keys
having count(*) > 0
{%- endif %}
{% endtest %}
