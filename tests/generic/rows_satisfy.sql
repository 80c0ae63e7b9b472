{#- Each row must satisfy each condition, no two may share a key, nor be without, and each reference must be a value of the
    field that it points to; a condition that is null is not satisfied, a reference that is null is none. One test a
    table: each costs a build as much as a small table does. -#}
{% test rows_satisfy(model, conditions, key=none, references={}) %}
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
{{ 'union all' if not loop.last or key or references }}
{%- endfor %}
{%- if key %}
select
    'one row a {{ key | join(", ") | replace("'", "''") }}' as broken_condition,
    count(*) as row_count
from (
    {{ test_primary_key(model, columns=key) }}
) as broken_keys
having count(*) > 0
{{ 'union all' if references }}
{%- endif %}
{%- for column, parent in references.items() %}
select
    '{{ column }} is a {{ parent["field"] }} of {{ parent["to"].identifier }}' as broken_condition,
    count(*) as row_count
from (
    {{ test_relationships(model, column, parent['to'], parent['field']) }}
) as broken_references
having count(*) > 0
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endtest %}
