{%- set address = "'(?i)(?:https?://|www[.])[^ |)]+|[a-z0-9-]+[.](?:ai|com|io)\\b(?:/[^ |)]*)?'" -%}
{%- set endings = any_of(var('title_gender_endings')) -%}
{%- set gendered = '(\\p{L}{3})(?:[*:/_]-?(?:' ~ endings ~ ')|[(](?:' ~ endings ~ ')[)])([^\\p{L}]|$)' -%}
with spelled as (

    select distinct title
    from {{ ref('stg_job_postings') }}
    where title is not null

),

-- A text in the column of titles is read as far as a title goes: each word of it costs all that follow.
begun as (

    select
        title,
        {{ without_requisition(without_amounts('left(title, ' ~ var('title_max_characters') ~ ')')) }} as whole_start
    from spelled

),

-- An address names no work ("Harbour | https://harbour.ai"), unless nothing else is there.
named as (

    select
        title,
        case
            when regexp_matches(regexp_replace(whole_start, {{ address }}, ' ', 'g'), '[\p{L}\p{N}]')
                then regexp_replace(whole_start, {{ address }}, ' ', 'g')
            else whole_start
        end as title_start
    from begun

),

worded as (

    select
        title,
        title_start,
        {{ title_words('title_start') }} as title_words
    from named

),

-- A role is named without marks of gender ("m w d", "Verkäufer/in"), words for where one works and who hires; the signs
-- that tell one language from another are words of it.
signed as (

    select
        title,
        title_words,
        case
            when regexp_matches(title_start, '(?i)c\+\+|c#|\.net|{{ gendered }}')
                then
                    {{ title_words(signs_as_words(
                        "regexp_replace(title_start, '(?i)" ~ gendered ~ "', '\\1 \\2', 'g')"
                    )) }}
            else title_words
        end as signed_words
    from worded

),

roles as (

    select
        title,
        title_words,
        regexp_replace(
            regexp_replace(
                {{ full_forms(
                    "regexp_replace(signed_words, '^.+ (?:is hiring|hiring|need|needs|is looking for)(?: an?)? ', '')"
                ) }},
                '\b(?:[mwfdxvh]|gn|div)(?: (?:[mwfdxvhi]|gn|div)){1,3}\b|\bgn\b', '', 'g'
            ),
            '\b(?:{{ any_of(var("role_noise_words")) }})\b', '', 'g'
        ) as role_words
    from signed

)

select
    title,
    nullif(trim(lower(regexp_replace(title, '[\s\p{Z}\p{C}]+', ' ', 'g'))), '') as title_key,
    title_words,
    -- Of its first part, which a place, client or number that is added leaves as it is.
    hash(list_max(list_transform(
        string_split(regexp_extract(title_words, '[^ |][^|]*'), ' '),
        lambda word: struct_pack(length := length(word), word := word)
    ))) as longest_word,
    coalesce(
        nullif(regexp_replace(role_words, '[ |]+', '', 'g'), ''), regexp_replace(title_words, '[ |]+', '', 'g')
    ) as role_key,
    {{ title_number('title') }} as title_number,
    regexp_matches(title, '[\p{L}\p{N}]') as has_words
from roles
