{#- Dates as boards and exports write them. Whatever the form, its year, month and day are put together and cast. -#}

{% macro date_words(text) -%}
    {#- A text in lower case without accents, "5th" as 5, and single blanks for dots, commas and hyphens. -#}
    {{ replace_all(
        replace_all(lower_case(without_accents(text)), '(\\d)(?:st|nd|rd|th)\\b', '\\1'), '[,.\\s\\p{Z}\\p{C}-]+', ' '
    ) }}
{%- endmacro %}


{% macro month_of(words) -%}
    {#- The number of the first month that the words of a date name. -#}
    case {{ first_match(words, '\\b(' ~ var('month_names') | sum(start=[]) | join('|') ~ ')\\b', 1) }}
        {%- for spellings in var('month_names') -%}
        {%- set number = loop.index -%}
        {%- for spelling in spellings %} when '{{ spelling }}' then '{{ number }}'{% endfor -%}
        {%- endfor %}
    end
{%- endmacro %}


{% macro without_month(words) -%}
    {#- The words of a date with "month" for the name of one. -#}
    {{ replace_all(words, '\\b(?:' ~ var('month_names') | sum(start=[]) | join('|') ~ ')\\b', 'month') }}
{%- endmacro %}


{% macro date_number(text) -%}
    {#- The number that a text is or, as 20240405T1015, begins with. -#}
    case
        when {{ matches(text, '^\\d+(?:[.,]\\d+)?(?:[eE]\\+?\\d+)?$') }} then replace({{ text }}, ',', '.')
        when {{ matches(text, '^\\d{8}T\\d') }} then substr({{ text }}, 1, 8)
    end
{%- endmacro %}


{% macro absolute_date(text, number, words, month) -%}
    {#- The date that the text states by itself; null for anything else. -#}
    case
        when {{ text }} like '____-__-__%'
            then case
                when {{ matches(text, '^\\d{4}-\\d{2}-\\d{2}(?:[T ]\\d{1,2}(?::\\d{2}.*)?)?$') }}
                    then try_cast(substr({{ text }}, 1, 10) as date)
            end
        when {{ number }} is not null
            then {{ number_date(number) }}
        when {{ matches(text, '^\\d{4}[/.-]\\d{1,2}[/.-]\\d{1,2}(?:[T ,]|$)') }}
            then {{ date_of_parts(text, '^(\\d+)', '^\\d+\\D(\\d+)', '^\\d+\\D\\d+\\D(\\d+)') }}
        when {{ matches(text, '^\\d{1,2}\\.\\d{1,2}\\.(?:\\d{4}|\\d{2})(?:[ ,]|$)') }}
            then {{ date_of_parts(text, '^\\d+\\.\\d+\\.(\\d+)', '^\\d+\\.(\\d+)', '^(\\d+)') }}
        when {{ month }} is not null
            then {{ named_month_date(words, month) }}
    end
{%- endmacro %}


{% macro date_of_parts(text, year, month, day) -%}
    {#- The date whose parts are these patterns' groups in a text; a year of two digits lies in this century. -#}
    {{ cast_date(first_match(text, year, 1), first_match(text, month, 1), first_match(text, day, 1)) }}
{%- endmacro %}


{% macro cast_date(year, month, day) -%}
    try_cast(
        case when length({{ year }}) = 2 then '20' else '' end || {{ year }}
        || '-' || lpad({{ month }}, 2, '0') || '-' || lpad({{ day }}, 2, '0')
        as date
    )
{%- endmacro %}


{% macro number_date(text) -%}
    {#- A day as 20240405, an epoch in seconds or thousandths of them and finer, or the number of a day in a spreadsheet. -#}
    {%- set number = "try_cast(" ~ text ~ " as double)" -%}
    case
        when {{ matches(text, '^\\d{8}$') }}
            then {{ cast_date("substr(" ~ text ~ ", 1, 4)", "substr(" ~ text ~ ", 5, 2)", "substr(" ~ text ~ ", 7, 2)") }}
        when {{ number }} >= 30000 and {{ number }} < 100000
            then {{ days_before("cast('1899-12-30' as date)", "-floor(" ~ number ~ ")") }}
        {%- for digits in (9, 12, 15, 18) %}
        when {{ number }} >= 1e{{ digits - 1 }} and {{ number }} < 1e{{ digits + 2 }}
            then {{ epoch_date(number ~ " / 1e" ~ (digits - 9)) }}
        {%- endfor %}
    end
{%- endmacro %}


{% macro named_month_date(words, month) -%}
    {#- 5 April 2024, April 5th, 2024, Fri Apr 5 10:00:00 2024, 2024-Apr-05: words without_month and its number. -#}
    {%- set forms = [
        ('\\b\\d{1,2} (?:de )?month (?:de )?(\\d{4}|\\d{2})\\b', '\\b(\\d{1,2}) (?:de )?month\\b'),
        ('\\bmonth \\d{1,2} (?:\\d+:[\\d:]+ (?:[a-z]+ )?)?(\\d{4})\\b', '\\bmonth (\\d{1,2})\\b'),
        ('\\b(\\d{4}) month \\d{1,2}\\b', '\\bmonth (\\d{1,2})\\b'),
    ] -%}
    case
        {%- for year, day in forms %}
        when {{ matches(words, year) }} then {{ cast_date(first_match(words, year, 1), month, first_match(words, day, 1)) }}
        {%- endfor %}
    end
{%- endmacro %}


{% macro is_day_month_date(text) -%}
    {#- 04/05/2024, 4-5-2024 and 4/5/24: two numbers that may be day and month or month and day. -#}
    {{ matches(text, '^\\d{1,2}([/-])\\d{1,2}[/-](?:\\d{4}|\\d{2})(?:\\D|$)') }}
{%- endmacro %}


{% macro day_month_number(text, position) -%}
    try_cast(split_part(replace({{ text }}, '-', '/'), '/', {{ position }}) as integer)
{%- endmacro %}


{% macro day_month_date(text, is_day_first) -%}
    case
        when {{ is_day_first }}
            then {{ date_of_parts(text, '^\\d+\\D\\d+\\D(\\d+)', '^\\d+\\D(\\d+)', '^(\\d+)') }}
        else {{ date_of_parts(text, '^\\d+\\D\\d+\\D(\\d+)', '^(\\d+)', '^\\d+\\D(\\d+)') }}
    end
{%- endmacro %}


{% macro relative_words(text) -%}
    {#- A text in lower case without accents, with single blanks, "a day" as "1 day". -#}
    {{ replace_all(
        replace_all(lower_case(without_accents(text)), '[\\s\\p{Z}\\p{C}]+', ' '),
        '\\b(?:an?|one|eine[mr]?|een|une?|una)\\b', '1'
    ) }}
{%- endmacro %}


{% macro days_ago(words) -%}
    {#- How many days before it was seen a posting says it was made ("3 days ago", "30+ days ago", "yesterday"), in
        relative_words. -#}
    {%- set units = [] -%}
    {%- for days, names in var('relative_date_units').items() -%}{%- do units.extend(names) -%}{%- endfor -%}
    {%- set number = '(\\d{1,4})\\+? *(' ~ units | join('|') ~ ')\\+?(?: (?:ago|geleden|fa|atras))?$' -%}
    case
        when {{ words }} in ({{ sql_texts(var('today_words')) }}) then 0
        when {{ words }} in ({{ sql_texts(var('yesterday_words')) }}) then 1
        when {{ matches(words, '(?:^|[^\\d.,])' ~ number) }}
            then try_cast({{ first_match(words, number, 1) }} as integer)
                * case {{ first_match(words, number, 2) }}
                    {%- for days, names in var('relative_date_units').items() -%}
                    {%- for name in names %} when '{{ name }}' then {{ days }}{% endfor -%}
                    {%- endfor %}
                end
    end
{%- endmacro %}
