{% macro field_text_id(field) -%}
    {#- The id under which a field is read for pay: that of no description. -#}
    md5('field ' || {{ field }})
{%- endmacro %}
