{#- Dates as boards and exports write them. -#}

{% macro absolute_date(text) -%}
    {#- The date that the text states by itself; null for anything else. -#}
    case
        when {{ text }} like '____-__-__%'
            then case
                when {{ matches(text, '^\\d{4}-\\d{2}-\\d{2}(?:[T ]\\d{1,2}:\\d{2}.*)?$') }}
                    then try_cast(substr({{ text }}, 1, 10) as date)
            end
        when {{ matches(text, '^\\d{9,10}(?:\\.\\d+)?$|^\\d(?:\\.\\d+)?[eE]\\+?0?9$') }}
            then {{ epoch_date('try_cast(' ~ text ~ ' as double)') }}
        when {{ matches(text, '^\\d{12,13}(?:\\.\\d+)?$|^\\d(?:\\.\\d+)?[eE]\\+?12$') }}
            then {{ epoch_date('try_cast(' ~ text ~ ' as double) / 1000') }}
        when {{ matches(text, '^\\d{8}$') }}
            then {{ parse_date(text, ['%Y%m%d']) }}
        when {{ matches(text, '^\\d{4}[/.]\\d{1,2}[/.]\\d{1,2}') }}
            then {{ parse_date("replace(" ~ first_match(text, '^[\\d/.]+') ~ ", '.', '/')", ['%Y/%m/%d']) }}
        when {{ matches(text, '^\\d{1,2}\\.\\d{1,2}\\.\\d{4}') }}
            then {{ parse_date(first_match(text, '^[\\d.]+'), ['%d.%m.%Y']) }}
        when {{ matches(text, '[A-Za-z]{3}') }}
            then {{ parse_date(
                first_match(
                    replace_all(replace_all(text, '(\\d)(?:st|nd|rd|th)\\b', '\\1'), '[,.\\s-]+', ' '),
                    '\\d{1,2} [A-Za-z]{3,9} \\d{4}|[A-Za-z]{3,9} \\d{1,2} \\d{4}'
                ),
                ['%d %b %Y', '%d %B %Y', '%b %d %Y', '%B %d %Y']
            ) }}
    end
{%- endmacro %}


{% macro is_day_month_date(text) -%}
    {#- 04/05/2024 and 4-5-2024: two numbers that may be day and month or month and day. -#}
    {{ matches(text, '^\\d{1,2}([/-])\\d{1,2}[/-]\\d{4}') }}
{%- endmacro %}


{% macro day_month_number(text, position) -%}
    try_cast(split_part(replace({{ text }}, '-', '/'), '/', {{ position }}) as integer)
{%- endmacro %}


{% macro day_month_date(text, is_day_first) -%}
    case
        when {{ is_day_first }}
            then {{ parse_date("replace(" ~ first_match(text, '^[\\d/-]+') ~ ", '-', '/')", ['%d/%m/%Y']) }}
        else {{ parse_date("replace(" ~ first_match(text, '^[\\d/-]+') ~ ", '-', '/')", ['%m/%d/%Y']) }}
    end
{%- endmacro %}


{% macro days_ago(text) -%}
    {#- How many days before it was seen a posting says it was made: "3 days ago", "30+ days ago", "yesterday". -#}
    case
        when {{ matches(text, '(?i)^(?:just (?:posted|now)|posted today|today|new)$') }} then 0
        when {{ matches(text, '(?i)^(?:posted )?yesterday$') }} then 1
        when {{ matches(text, '(?i)\\d+\\+? *(?:seconds?|minutes?|mins?|hours?|hrs?|h) ago$') }} then 0
        when {{ matches(text, '(?i)\\d+\\+? *(?:days?|d|weeks?|w|months?|mo|years?|y)(?: ago)?$') }}
            then try_cast({{ first_match(text, '(\\d+)\\+? *[A-Za-z]', 1) }} as integer)
                * case lower({{ first_match(text, '\\d\\+? *([A-Za-z]{1,2})', 1) }})
                    when 'd' then 1
                    when 'da' then 1
                    when 'w' then 7
                    when 'we' then 7
                    when 'mo' then 30
                    else 365
                end
    end
{%- endmacro %}
