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


{% macro literals(words) -%}
    {#- The words of a setting as SQL literals with commas between. -#}
    '{{ words | map('replace', "'", "''") | join("', '") }}'
{%- endmacro %}


{% macro hash_of(fields) -%}
    {#- chr(31), the unit separator, stands in no key, so ("a-b", "c") and ("a", "b-c") differ. -#}
    md5(concat_ws(chr(31){% for field in fields %}, coalesce({{ field }}, ''){% endfor %}))
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


{% macro without_requisition(title) -%}
    {#- A title without the number of a requisition ("JR-10291", "104929"), whose letters are no word of it. -#}
    regexp_replace({{ title }}, '(?i){{ title_number_pattern() }}', ' ', 'g')
{%- endmacro %}


{% macro title_number(title) -%}
    {#- The number of a requisition that a title has. -#}
    nullif(lower(regexp_extract({{ without_amounts(title) }}, '(?i){{ title_number_pattern() }}')), '')
{%- endmacro %}


{% macro title_number_pattern() -%}
    \b(?:(?:{{ any_of(var("requisition_letters")) }})[-_ #]?[0-9]{4,}|[0-9]{5,})\b
{%- endmacro %}


{% macro without_amounts(title) -%}
    {#- A title without pay and parts of a week ("$60,000", "80-100 %"), by which one opening's titles differ. -#}
    {%- set number = '[0-9][0-9.,]*[kK]?' -%}
    regexp_replace(
        {{ title }},
        '[$€£] ?{{ number }}(?: ?[-–] ?[$€£]? ?{{ number }})?'
        || '|(?:{{ number }} ?[-–] ?)?\b[0-9][0-9.,]*(?:[kK]\b| ?[€£%])', ' ', 'g'
    )
{%- endmacro %}


{% macro signs_as_words(title) -%}
    {#- In lower case, the signs that tell one language from another as words. -#}
    replace(replace(replace(lower({{ title }}), 'c++', 'cplusplus '), 'c#', 'csharp '), '.net', ' dotnet')
{%- endmacro %}


{% macro full_forms(words) -%}
    {#- Words of a title with one name for each level and field. -#}
    {%- set named = namespace(words=words) -%}
    {%- for name, forms in var('title_word_forms').items() -%}
        {%- set name = name | replace("'", "''") -%}
        {%- set named.words = "regexp_replace(" ~ named.words ~ ", '\\b(?:" ~ any_of(forms) ~ ")\\b', '" ~ name ~ "', 'g')" -%}
    {%- endfor -%}
    {{ named.words }}
{%- endmacro %}


{% macro spaced_words(text) -%}
    {#- Words of a text in lower case without HTML tags, a blank before and behind each. Most words stand one blank apart
        already: a pattern that passes over these runs in a third of the time. -#}
    regexp_replace(
        case
            when {{ text }} like '%<%' then regexp_replace(lower(' ' || {{ text }} || ' '), '<[^>]*>', ' ', 'g')
            else lower(' ' || {{ text }} || ' ')
        end,
        '[^\p{L}\p{N}]{2,}|[^\p{L}\p{N} ]', ' ', 'g'
    )
{%- endmacro %}


{% macro comparable_text(text) -%}
    {#- Words of a text in lower case with one blank between them, without HTML tags. -#}
    trim({{ spaced_words(text) }})
{%- endmacro %}


{% macro word_hashes(words) -%}
    {#- A hash of each word, which takes less time to compare and less space than the word. -#}
    list_transform({{ words }}, lambda word: hash(word))
{%- endmacro %}


{% macro word_stems(words) -%}
    {#- Words, one blank between them, without the commonest endings: agents and agentic are agent. -#}
    regexp_replace({{ words }}, '(?:([a-z]{5})ic|([a-z]{3})(?:ing|ed|es|e|s))([^\p{L}\p{N}]|$)', '\1\2\3', 'g')
{%- endmacro %}


{% macro end_sentence(text, end, breaks) -%}
    {#- A hash of the first or last (list_min or list_max) of a text's longer sentences by alphabet, of those half as
        long or the whole text where it has none. Copies have these in common whatever a board makes of markup, lists and
        lines, and wherever it adds or cuts; short sentences stand in many texts. -#}
    hash(regexp_replace(
        coalesce(
        {%- for characters in [var('passage_min_characters'), var('passage_min_characters') // 2] %}
            {{ end }}(list_filter(
                string_split_regex(lower({{ text }}), '[{{ breaks }}][^\p{L}]*'),
                lambda sentence: length(sentence) >= {{ characters }}
            )),
        {%- endfor %}
            lower({{ text }})
        ), '[^\p{L}\p{N}]+', '', 'g'
    ))
{%- endmacro %}
