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


{% macro student_t_as_normal(t, degrees_of_freedom) -%}
    {#- Wallace (1959): the normal deviate, without its sign, that is as rare as t. -#}
    (
        (8 * {{ degrees_of_freedom }} + 1) / (8 * {{ degrees_of_freedom }} + 3)
        * sqrt({{ degrees_of_freedom }} * ln(1 + power({{ t }}, 2) / {{ degrees_of_freedom }}))
    )
{%- endmacro %}


{% macro normal_two_sided_p(z) -%}
    {#- Abramowitz and Stegun 26.2.17, within 2e-7; z is not negative. -#}
    {%- set t = '(1 / (1 + 0.2316419 * ' ~ z ~ '))' -%}
    (
        2 * exp(-power({{ z }}, 2) / 2) * 0.398942280401433
        * {{ t }} * (
            0.319381530 + {{ t }} * (
                -0.356563782 + {{ t }} * (1.781477937 + {{ t }} * (-1.821255978 + {{ t }} * 1.330274429))
            )
        )
    )
{%- endmacro %}
