with postings as (

    select
        fct.posting_id,
        fct.posted_date,
        fct.is_ai_posting,
        fct.language,
        coalesce(fct.employer_id, fct.posting_id) as employer,
        keyed.text_id
    from {{ ref('fct_job_postings') }} as fct
    inner join {{ ref('int_postings') }} as keyed on fct.posting_id = keyed.posting_id
    where keyed.text_id is not null and fct.language is not null

),

-- Words of several languages cannot be contrasted: a board more would look like a trend.
languages as (

    select
        language,
        row_number() over (order by count(*) desc, language asc) as position
    from postings
    where is_ai_posting
    group by language

),

read_postings as (

    select postings.*
    from postings
    inner join languages on postings.language = languages.language and languages.position = 1

),

-- Half of the AI postings are older.
dates as (

    select
        posted_date,
        cume_dist() over (order by posted_date) as older_part
    from read_postings
    where is_ai_posting

),

halves as (

    select min(posted_date) as recent_from
    from dates
    where older_part > 0.5

),

grouped as (

    select
        read_postings.text_id,
        read_postings.employer,
        case
            when not read_postings.is_ai_posting then 'other'
            when read_postings.posted_date >= halves.recent_from then 'recent'
            else 'before'
        end as text_group
    from read_postings
    cross join halves

),

-- An employer has one voice in each group, however many postings: the text with the least hash, which is any.
voices as (

    select
        text_group,
        employer,
        min(text_id) as text_id
    from grouped
    group by text_group, employer

),

sampled as (

    select
        *,
        row_number() over (partition by text_group order by text_id, employer) as position,
        row_number() over (order by text_group, text_id, employer) as voice
    from voices

),

cleaned as (

    select
        sampled.voice,
        sampled.text_group,
        sampled.employer,
        sampled.text_id,
        -- Bars end sentences and items of lists; "AI agents" is an item as good as "agents".
        regexp_replace(
            trim(
                regexp_replace(
                    regexp_replace(
                        lower(regexp_replace(
                            replace(left(texts.text, {{ var('emerging_max_characters') }}), chr(92), ''),
                            '<[^>]*>', '|', 'g'
                        )),
                        '[^\p{L}\p{N}+#& .''’-]+|[.](?:\s|$)|&| - '
                        || '| (?:{{ any_of(var("emerging_list_words")) }}) ', ' | ', 'g'
                    ),
                    '[^\p{L}\p{N}+#|]+', ' ', 'g'
                )
            ),
            '\b(?:' || ai_words.alternatives || ')\b', '|', 'g'
        ) as words
    from sampled
    inner join {{ ref('int_texts') }} as texts on sampled.text_id = texts.text_id
    cross join {{ ref('int_ai_words') }} as ai_words
    where sampled.position <= {{ var('emerging_max_texts') }}

)

select
    cleaned.voice,
    cleaned.text_group,
    cleaned.employer,
    cleaned.text_id,
    cleaned.words,
    languages.language,
    halves.recent_from
from cleaned
cross join halves
inner join languages on languages.position = 1
