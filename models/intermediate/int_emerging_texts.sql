with postings as (

    select
        fct.posting_id,
        fct.posted_date,
        fct.is_ai_posting,
        fct.language,
        coalesce(fct.employer_id, fct.posting_id) as employer,
        keyed.text_id,
        keyed.text_observation_id
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
        read_postings.text_observation_id,
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
        min(text_id) as text_id,
        min_by(text_observation_id, text_id) as observation_id
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

-- By what names a raw row: the others' hashes need not be made.
texts as (

    select
        sampled.voice,
        sampled.text_group,
        sampled.employer,
        sampled.text_id,
        left(raw_postings.description, {{ var('text_max_characters') }}) as text
    from sampled
    inner join {{ ref('int_observations') }} as observations on sampled.observation_id = observations.observation_id
    inner join {{ ref('stg_raw_postings') }} as raw_postings
        on
            observations.source_file = raw_postings.source_file
            and observations.source_row = raw_postings.source_row
            and observations.loaded_at = raw_postings.loaded_at
    where sampled.position <= {{ var('emerging_max_texts') }}

),

cleaned as (

    select
        *,
        -- Bars end sentences and items of lists.
        trim(
            regexp_replace(
                regexp_replace(
                    lower(regexp_replace(
                        replace(left(text, {{ var('emerging_max_characters') }}), chr(92), ''),
                        '<[^>]*>', '|', 'g'
                    )),
                    '[^\p{L}\p{N}+#& .''’-]+|[.](?:\s|$)|&| - '
                    || '| (?:{{ any_of(var("emerging_list_words")) }}) ', ' | ', 'g'
                ),
                '[^\p{L}\p{N}+#|]{2,}|[^\p{L}\p{N}+#| ]', ' ', 'g'
            )
        ) as words
    from texts

),

-- A pattern that is no constant is read anew for each row: they are few, of records (30) of units (31).
joined as (

    select
        text_group,
        string_agg(voice || chr(31) || words, chr(30)) as records
    from cleaned
    group by text_group

),

-- "AI agents" is an item as good as "agents".
without_ai_words as (

    select
        unnest(string_split(
            regexp_replace(joined.records, '\b(?:' || ai_words.alternatives || ')\b', '|', 'g'), chr(30)
        )) as record
    from joined
    cross join {{ ref('int_ai_words') }} as ai_words

)

select
    cleaned.voice,
    cleaned.text_group,
    cleaned.employer,
    cleaned.text_id,
    split_part(without_ai_words.record, chr(31), 2) as words,
    case when cleaned.text_group = 'recent' then cleaned.text end as text,
    languages.language,
    halves.recent_from
from cleaned
inner join without_ai_words on cleaned.voice = cast(split_part(without_ai_words.record, chr(31), 1) as bigint)
cross join halves
inner join languages on languages.position = 1
