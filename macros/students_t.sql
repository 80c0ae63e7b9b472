{% macro students_t(degrees_of_freedom) -%}
    {#- Student's t of a two-sided interval of 95%: Cornish and Fisher's expansion (Abramowitz and Stegun 26.7.5). -#}
    (
        1.959963985 + 2.372271232 / ({{ degrees_of_freedom }}) + 2.822498618 / power({{ degrees_of_freedom }}, 2)
        + 2.555849683 / power({{ degrees_of_freedom }}, 3)
    )
{%- endmacro %}
