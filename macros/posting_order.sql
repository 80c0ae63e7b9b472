{% macro first_seen_order() -%}
    {#- Ends in the row's own place, so that ties fall the same way in every run. -#}
    posted_date nulls last, seen_at nulls last, source nulls last, url nulls last, source_file nulls last,
    source_row nulls last, loaded_at nulls last
{%- endmacro %}
