{% macro word_stems(words) -%}
    {#- Words, one blank between them, without the commonest endings: agents and agentic are agent. -#}
    regexp_replace(
        {{ words }}, '(?:([a-z]{5})ic|([a-z]{3})(?:ing|ed|es|e|s))([^\p{L}\p{N}]|$)', '\1\2\3', 'g'
    )
{%- endmacro %}
