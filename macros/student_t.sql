{% macro student_t_quantile(z, degrees_of_freedom) -%}
    {#- Cornish and Fisher's expansion (Abramowitz and Stegun 26.7.5) around the normal quantile z, a number. -#}
    {%- set z = z | float -%}
    (
        {{ z }}
        + {{ ((z ** 3 + z) / 4) | round(9) }} / {{ degrees_of_freedom }}
        + {{ ((5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96) | round(9) }} / power({{ degrees_of_freedom }}, 2)
        + {{ ((3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384) | round(9) }}
        / power({{ degrees_of_freedom }}, 3)
    )
{%- endmacro %}
