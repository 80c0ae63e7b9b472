{% macro title_stems(words) -%}
    {#- Words of a title without the endings of plurals and of women (engineers, Entwicklerin, Pflegerinnen). -#}
    regexp_replace(
        regexp_replace({{ words }}, '([a-z]{2}(?:er|eur|or|ist|ent|ant))in(?:nen)?( |$)', '\1\2', 'g'),
        '([a-z]{3}[^isu |])s( |$)', '\1\2', 'g'
    )
{%- endmacro %}
