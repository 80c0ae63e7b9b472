{#- How texts are made comparable: trimmed, hashed, and reduced to keys. -#}

{% macro trimmed(text) -%}
    {#- A field without blanks around it; null where it holds nothing but a word for nothing, as exports write them.
        Trimming a set of characters costs more than seeing that there is nothing to trim. -#}
    {%- set field = 'trim(both ' ~ blank_characters() ~ ' from ' ~ text ~ ')' -%}
    {%- set blank = '[' ~ blank_characters()[1:-1] ~ ']' -%}
    {%- set words = [''] + var('missing_words') -%}
    case
        when
            length({{ text }}) > {{ words | map('length') | max }}
            and not {{ matches(text, '^' ~ blank ~ '|' ~ blank ~ '$') }}
            then {{ text }}
        when not {{ matches(field, '(?i)^(?:' ~ words | join('|') ~ ')$') }} then {{ field }}
    end
{%- endmacro %}


{% macro sql_texts(texts) -%}
    {#- Texts as a list of SQL literals. -#}
    {%- for text in texts %}'{{ text | replace("'", "''") }}'{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}


{% macro blank_characters() -%}
    {#- space, tab, newline, carriage return, no-break space, zero-width space, byte order mark -#}
    '{{ ' \t\n\r\u00a0\u200b\ufeff' }}'
{%- endmacro %}


{% macro hash_of(fields) -%}
    {#- chr(31), the unit separator, stands in no field (see text_key), so ("a-b", "c") and ("a", "b-c") differ. -#}
    md5(concat_ws(chr(31){% for field in fields %}, coalesce({{ field }}, ''){% endfor %}))
{%- endmacro %}


{% macro text_key(text) -%}
    {#- Lower case, and any run of blanks and control characters one blank. -#}
    nullif(trim({{ lower_case(replace_all(text, '[\\s\\p{Z}\\p{C}]+', ' ')) }}), '')
{%- endmacro %}


{% macro title_words(title) -%}
    {#- Letters and digits without accents in lower case; a bar where a part of the title ends. -#}
    trim({{ replace_all(
        replace_all(
            replace_all(lower_case(without_accents(title)), '\\s+[-\u2013\u2014]+\\s+|[,;:|()\\[\\]\u2022\u00b7\u2013\u2014]', ' | '),
            '[^\\p{L}\\p{N}|]+', ' '
        ),
        '\\s\\s+', ' '
    ) }})
{%- endmacro %}


{% macro url_key(address) -%}
    {#- Scheme and host in lower case, without tracking parameters and trailing slash; the address is a url without fragment. -#}
    {%- set parameters = [] -%}
    {%- for parameter in var('url_tracking_parameters') -%}
        {%- do parameters.append(parameter | replace('*', '[^=&]*')) -%}
    {%- endfor -%}
    {%- set page = "split_part(" ~ address ~ ", '?', 1)" -%}
    {%- set host = first_match(page, '^[a-zA-Z]+://[^/]*') -%}
    {%- set query = "substr(" ~ address ~ ", length(" ~ page ~ ") + 2)" -%}
    nullif(
        trim(trailing '/' from {{ lower_case(host) }} || substr({{ page }}, length({{ host }}) + 1))
        || case
            when {{ query }} = '' then ''
            else {{ replace_all(
                replace_all("'&' || " ~ query, '&(?:' ~ parameters | join('|') ~ ')=[^&]*', ''),
                '^&', '?'
            ) }}
        end,
        ''
    )
{%- endmacro %}


{% macro observation_id() -%}
    {#- The raw row's own place: which record of which load. -#}
    {{ hash_of(['source_file', 'cast(source_row as string)', 'cast(loaded_at as string)']) }}
{%- endmacro %}


{% macro role_key(title_words) -%}
    {#- The title's words without spacing, marks of gender ("m w d") and words for where one works. -#}
    {%- set words = replace_all(
        replace_all(title_words, '\\b(?:[mwfdxvh]|gn|div)(?: (?:[mwfdxvhi]|gn|div)){1,3}\\b', ''),
        '\\b(?:' ~ var('role_noise_words') | join('|') ~ ')\\b', ''
    ) -%}
    coalesce(nullif({{ replace_all(words, '[ |]+', '') }}, ''), {{ replace_all(title_words, '[ |]+', '') }})
{%- endmacro %}


{% macro employer_words(company) -%}
    {#- The words of an employer's name without legal form and country; all of them where nothing else is left. -#}
    {%- set words = replace_all(lower_case(without_accents(company)), '[^\\p{L}\\p{N}]+', ' ') -%}
    {%- set noise = '\\b(?:' ~ var('employer_noise_words') | join('|') ~ ')\\b' -%}
    coalesce(nullif(trim({{ replace_all(words, noise, '') }}), ''), trim({{ words }}))
{%- endmacro %}


{% macro comparable_text(text) -%}
    {#- Words of a text in lower case with one blank between them, without HTML tags. -#}
    {%- set lower = lower_case(text) -%}
    {%- set plain = 'case when ' ~ text ~ " like '%<%' then " ~ replace_all(lower, '<[^>]*>', ' ') ~ ' else ' ~ lower ~ ' end' -%}
    {#- Most words stand one blank apart already: a pattern that passes over these runs in a third of the time. -#}
    trim({{ replace_all(plain, '[^\\p{L}\\p{N}]{2,}|[^\\p{L}\\p{N} ]', ' ') }})
{%- endmacro %}
