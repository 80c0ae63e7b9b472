{#- What the numbers and words of a date say; "month" stands for the name of one. Forms come in the order in which they count. -#}
{%- set forms = [
    ('(?:^|[^\\d.,/-])(\\d{4})[/.-](\\d{1,2})[/.-](\\d{1,2})(?:[^\\d/.-]|[.-]?$)', '\\1-\\2-\\3'),
    ('(?:^|[^\\d.])(\\d{1,2})\\. ?(\\d{1,2})\\. ?(\\d{4}|\\d{2})(?:[^\\d.]|$)', '\\3-\\2-\\1'),
    ('^(\\d{4})(\\d{2})(\\d{2})(?:t.*)?$', '\\1-\\2-\\3'),
    ('(?:^|\\D)(\\d{1,2})[ ,.-]*(?:de |del |of )?month[ ,.-]+(?:de |del )?(\\d{4}|\\d{2})(?:[^\\d:]|$)', '\\2-month-\\1'),
    ('month[ ,.-]+(\\d{1,2})[ ,.-]+(?:\\d+:[\\d:]+ (?:[a-z]+ )?)?(\\d{4})(?:\\D|$)', '\\2-month-\\1'),
    ('(?:^|\\D)(\\d{4})[ ,.-]+month[ ,.-]+(\\d{1,2})(?:\\D|$)', '\\1-month-\\2'),
] -%}
{%- set day_month = '(?:^|[^\\d/-])(\\d{1,2})[/-](\\d{1,2})[/-](\\d{4}|\\d{2})(?:[^\\d/-]|$)' -%}
{%- set yearless = [
    '(?:^|\\D)(\\d{1,2})[ ,.-]*(?:de |del |of )?month',
    'month[ ,.-]+(\\d{1,2})(?:\\D|$)',
] -%}
{#- No letter of a script that parts words by blanks. -#}
{%- set word_end = '(?:[^a-zа-яłøæßı]|$)' -%}
{%- set month = '(?:^|[^\\p{L}])(' ~ any_of(var('month_names') | sum(start=[])) ~ ')' ~ word_end -%}
{%- set amount = '(\\d{1,4}|\\b(?:an?|one|eine[mnr]?|een|une?|una|uma?|ett?|en)\\b)' -%}
{%- set units = '(' ~ any_of(var('relative_date_units').values() | sum(start=[])) ~ ')' -%}
{%- set relative = '(?:^|[^\\d.,])' ~ amount ~ '(?: ?\\+)? ?' ~ units ~ '\\+?' ~ word_end -%}
{%- set bound = '\\d ?\\+ ?' ~ units ~ word_end ~ '|\\d ?' ~ units ~ '\\+|\\b(?:' ~ any_of(var('more_than_words')) ~ ') ' ~ amount ~ ' ?' ~ units ~ word_end -%}
{%- set day_words = '(?:^|(?:' ~ any_of(var('posted_words')) ~ ')[: ]+)(' ~ any_of(var('relative_day_words').values() | sum(start=[])) ~ ')' ~ word_end -%}

with spelled as (

    select distinct posted_date_text
    from {{ ref('stg_job_postings') }}
    where posted_date_text is not null

),

-- The form of most boards, apart from the others, which take longer to read.
iso as (

    select
        posted_date_text,
        regexp_matches(posted_date_text, '^\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}(?::\d{2}.*)?)?$') as is_iso
    from spelled

),

-- Lower case without accents and with single blanks; "PostedToday" as two words, 2026年8月5日 and date(2026, 8, 5) as
-- 2026-8-5, "5th" as 5.
worded as (

    select
        posted_date_text,
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    lower(strip_accents(regexp_replace(posted_date_text, '([a-z])([A-Z])', '\1 \2', 'g'))),
                    '[\s\p{Z}\p{C}]+', ' ', 'g'
                ),
                '(\d{4})(?:年|년|,) ?(\d{1,2})(?:月|월|,) ?(\d{1,2})(?:日|일)?', '\1-\2-\3', 'g'
            ),
            '(\d)(?:st|nd|rd|th)\b', '\1', 'g'
        ) as words,
        case
            when regexp_matches(posted_date_text, '^(?:/Date\()?\d+(?:[.,]\d+)?(?:[eE]\+?\d+)?(?:(?:[+-]\d{4})?\)/)?$')
                then try_cast(replace(regexp_extract(posted_date_text, '\d+[^+()-]*(?:\+\d{1,3}$)?'), ',', '.') as double)
        end as number
    from iso
    where not is_iso

),

named as (

    select
        *,
        nullif(regexp_extract(words, '{{ month }}', 1), '') as month_name
    from worded

),

months as (

    select * from (values
        {%- for names in var('month_names') %}
        {%- set number = loop.index %}
        {%- set is_last = loop.last %}
        {%- for name in names %} ('{{ name | replace("'", "''") }}', '{{ number }}'){{ ',' if not (is_last and loop.last) }}{% endfor %}
        {%- endfor %}
    ) as names (name, month)

),

relative_days as (

    select * from (values
        {%- for setting in ('relative_date_units', 'relative_day_words') %}
        {%- set is_last_setting = loop.last %}
        {%- for days, names in var(setting).items() %}
        {%- set is_last = loop.last %}
        {%- for name in names %} ('{{ name | replace("'", "''") }}', {{ days }}){{ ',' if not (is_last_setting and is_last and loop.last) }}
        {%- endfor %}
        {%- endfor %}
        {%- endfor %}
    ) as names (name, days)

),

-- Month by name as its number, and what is written of days before the posting was seen.
parted as (

    select
        named.posted_date_text,
        named.number,
        months.month,
        coalesce(replace(named.words, named.month_name, 'month'), named.words) as words,
        nullif(regexp_extract(named.words, '{{ relative }}', 1), '') as amount,
        nullif(regexp_extract(named.words, '{{ relative }}', 2), '') as unit,
        nullif(regexp_extract(named.words, '{{ day_words }}', 1), '') as day_word,
        regexp_matches(named.words, '{{ bound }}') as is_bound
    from named
    left join months on named.month_name = months.name

),

stated as (

    select
        parted.*,
        replace(
            case
                {%- for pattern, parts in forms %}
                when regexp_matches(words, '{{ pattern }}') then regexp_replace(words, '^.*?{{ pattern }}.*$', '{{ parts }}')
                {%- endfor %}
            end,
            'month', coalesce(month, '')
        ) as day_text,
        case
            when regexp_matches(words, '{{ day_month }}') then regexp_replace(words, '^.*?{{ day_month }}.*$', '\1-\2-\3')
        end as day_month_text,
        case
            {%- for pattern in yearless %}
            when regexp_matches(words, '{{ pattern }}') then regexp_extract(words, '{{ pattern }}', 1)
            {%- endfor %}
        end as day_of_month,
        case
            -- A day of a spreadsheet, or seconds since 1970 or thousandths of them and finer.
            when number >= 30000 and number < 100000
                then cast('1899-12-30' as date) + cast(floor(number) as integer)
            {%- for digits in (9, 12, 15, 18) %}
            when number >= 1e{{ digits - 1 }} and number < 1e{{ digits + 2 }}
                then cast('1970-01-01' as date) + cast(floor(number / 1e{{ digits - 9 }} / 86400) as integer)
            {%- endfor %}
        end as number_date
    from parted

),

said as (

    select
        stated.*,
        coalesce(
            number_date,
            try_cast(
                case when length(split_part(day_text, '-', 1)) = 2 then '20' else '' end || split_part(day_text, '-', 1)
                || '-' || lpad(split_part(day_text, '-', 2), 2, '0') || '-' || lpad(split_part(day_text, '-', 3), 2, '0')
                as date
            )
        ) as absolute_date,
        coalesce(try_cast(stated.amount as integer), 1) * units.days as unit_days,
        day_words.days as word_days,
        case when length(split_part(day_month_text, '-', 3)) = 2 then '20' else '' end
        || split_part(day_month_text, '-', 3) as year,
        split_part(day_month_text, '-', 1) as first_part,
        split_part(day_month_text, '-', 2) as second_part
    from stated
    left join relative_days as units on stated.unit = units.name
    left join relative_days as day_words on stated.day_word = day_words.name

)

select
    posted_date_text,
    absolute_date,
    case
        when absolute_date is null and day_text is null and not regexp_matches(words, '\b(?:left|remaining)\b')
            then coalesce(unit_days, word_days)
    end as days_ago,
    coalesce(is_bound and absolute_date is null and unit_days is not null, false) as is_bound,
    try_cast(first_part as integer) as first_number,
    try_cast(second_part as integer) as second_number,
    try_cast(year || '-' || lpad(second_part, 2, '0') || '-' || lpad(first_part, 2, '0') as date) as day_first_date,
    try_cast(year || '-' || lpad(first_part, 2, '0') || '-' || lpad(second_part, 2, '0') as date) as month_first_date,
    case
        when day_text is null and day_month_text is null and coalesce(unit_days, word_days) is null
            then lpad(month, 2, '0') || '-' || lpad(day_of_month, 2, '0')
    end as month_and_day
from said
union all
select
    posted_date_text,
    try_cast(substr(posted_date_text, 1, 10) as date) as absolute_date,
    null as days_ago,
    false as is_bound,
    null as first_number,
    null as second_number,
    null as day_first_date,
    null as month_first_date,
    null as month_and_day
from iso
where is_iso
