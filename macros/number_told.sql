{% macro number_told(field) -%}
    {#- The number that a field is: 52.000,50 and 52.000 have their thousands behind a point, as no printed number ends in 0. -#}
    {%- set plain = "regexp_replace(" ~ field ~ ", '[\\s$€£¥₹''’]+|^[A-Z]{3}|[A-Z]{3}$', '', 'g')" -%}
    {%- set thousand = '[0-9]{1,3}([.][0-9]{3})' -%}
    try_cast(
        case
            when
                regexp_matches(
                    {{ plain }},
                    '^[0-9]{1,3}([.][0-9]{2}0)+$|^{{ thousand }}{2,}$|^{{ thousand }}+,[0-9]+$|^[0-9]+,[0-9]{1,2}$'
                )
                then replace(replace({{ plain }}, '.', ''), ',', '.')
            else replace({{ plain }}, ',', '')
        end as double
    )
{%- endmacro %}
