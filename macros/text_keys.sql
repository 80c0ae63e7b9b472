{#- How texts are made comparable: trimmed, hashed, and reduced to keys. -#}

{% macro trimmed(text) -%}
    {#- A field without blanks around it; null where it holds nothing but a word for nothing, as exports write them.
        Trimming a set of characters costs more than seeing that there is nothing to trim. -#}
    {%- set blanks = ' \t\n\r\u00a0\u200b\ufeff' -%}
    {%- set words = [''] + var('missing_words') -%}
    case
        when
            length({{ text }}) > {{ words | map('length') | max }}
            and not regexp_matches({{ text }}, '^[{{ blanks }}]|[{{ blanks }}]$')
            then {{ text }}
        when not regexp_matches(trim(both '{{ blanks }}' from {{ text }}), '(?i)^(?:{{ any_of(words) }})$')
            then trim(both '{{ blanks }}' from {{ text }})
    end
{%- endmacro %}


{% macro any_of(words) -%}
    {#- A regular expression for any of the words of a setting, whatever they are, inside an SQL literal; of no words, one
        that nothing matches. -#}
    {%- for word in words -%}
        {{ modules.re.escape(word | string) | replace("'", "''") }}{{ '|' if not loop.last }}
    {%- else -%}
        [^\s\S]
    {%- endfor -%}
{%- endmacro %}


{% macro hash_of(fields) -%}
    {#- chr(31), the unit separator, stands in no field (see text_key), so ("a-b", "c") and ("a", "b-c") differ. -#}
    md5(concat_ws(chr(31){% for field in fields %}, coalesce({{ field }}, ''){% endfor %}))
{%- endmacro %}


{% macro text_key(text) -%}
    {#- Lower case, and any run of blanks and control characters one blank. -#}
    nullif(trim(lower(regexp_replace({{ text }}, '[\s\p{Z}\p{C}]+', ' ', 'g'))), '')
{%- endmacro %}


{% macro title_words(title) -%}
    {#- Letters and digits without accents in lower case; a bar where a part of the title ends. -#}
    trim(regexp_replace(
        regexp_replace(
            regexp_replace(
                lower(strip_accents({{ title }})), '\s+[-–—]+\s+|[,;:|()\[\]•·–—]', ' | ', 'g'
            ),
            '[^\p{L}\p{N}|]+', ' ', 'g'
        ),
        '\s\s+', ' ', 'g'
    ))
{%- endmacro %}


{% macro url_parameters(name) -%}
    {#- A pattern of the query parameters that a setting names. -#}
    {%- set parameters = [] -%}
    {%- for parameter in var(name) -%}
        {%- do parameters.append(any_of([parameter]) | replace('\\*', '[^=&]*')) -%}
    {%- endfor -%}
    '&(?:{{ parameters | join('|') }})=[^&#]*'
{%- endmacro %}


{% macro observation_id() -%}
    {#- The raw row's own place: which record of which load. -#}
    {{ hash_of(['source_file', 'cast(source_row as string)', 'cast(loaded_at as string)']) }}
{%- endmacro %}


{% macro comparable_text(text) -%}
    {#- Words of a text in lower case with one blank between them, without HTML tags. Most words stand one blank apart
        already: a pattern that passes over these runs in a third of the time. -#}
    trim(regexp_replace(
        case
            when {{ text }} like '%<%' then regexp_replace(lower({{ text }}), '<[^>]*>', ' ', 'g')
            else lower({{ text }})
        end,
        '[^\p{L}\p{N}]{2,}|[^\p{L}\p{N} ]', ' ', 'g'
    ))
{%- endmacro %}


{% macro names_itself(one, other, field) -%}
    {#- Whether a word of this field of one stands in its own text, and neither in the other's field nor in the other's text. -#}
    len(list_intersect({{ one }}.{{ field }}, {{ one }}_text.words)) > len(list_intersect(
        list_intersect({{ one }}.{{ field }}, {{ one }}_text.words),
        list_concat({{ other }}.{{ field }}, {{ other }}_text.words)
    ))
{%- endmacro %}
