{% macro title_stems(words) -%}
    {#- Words of a title without the endings of plurals and of women (engineers, Entwicklerin, Pflegerinnen). -#}
    regexp_replace(
        regexp_replace({{ words }}, '([a-z]{2}(?:er|eur|or|ist|ent|ant))in(?:nen)?( |$)', '\1\2', 'g'),
        '([a-z]{3}[^isu |])s( |$)', '\1\2', 'g'
    )
{%- endmacro %}


{% macro word_stems(words) -%}
    {#- Words, one blank between them, without the commonest endings: agents and agentic are agent. -#}
    regexp_replace(
        {{ words }}, '(?:([a-z]{5})ic|([a-z]{3})(?:ing|ed|es|e|s))([^\p{L}\p{N}]|$)', '\1\2\3', 'g'
    )
{%- endmacro %}


{% macro term_stem(term) -%}
    {#- The same without blanks and hyphens, so that fine-tune and fine tuning are one. -#}
    regexp_replace({{ word_stems(term) }}, '[^\p{L}\p{N}+#]+', '', 'g')
{%- endmacro %}
