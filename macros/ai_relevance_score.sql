{% macro ai_relevance_score(skill_count, has_ai_title) -%}
    {#- Rounded as a decimal: engines round a double's half differently. -#}
    cast(
        round(
            cast(
                cast(least({{ skill_count }}, {{ var('score_full_skill_count') }}) as double)
                * {{ var('score_skill_weight') }} / {{ var('score_full_skill_count') }}
                + case when {{ has_ai_title }} then {{ var('score_title_weight') }} else 0.0 end
                as decimal(9, 6)
            ),
            2
        ) as decimal(3, 2)
    )
{%- endmacro %}
