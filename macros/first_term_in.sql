{% macro first_term_in(words, terms) -%}
    {#- The term of the first of some terms of which the words, such as title_words makes them, hold a pattern. -#}
    case
        {%- for said in terms %}
            when regexp_matches({{ words }}, '(?:^| )(?:{{ said['patterns'] | join("|") | replace("'", "''") }})(?: |$)')
                then {{ dbt.string_literal(said['term'] | replace("'", "''")) if said['term'] else 'null' }}
        {%- endfor %}
    end
{%- endmacro %}
