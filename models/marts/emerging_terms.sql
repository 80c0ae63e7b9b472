with scored as (

    select
        *,
        replace(term, ' ', '') as term_stem
    from {{ ref('int_emerging_scores') }}

),

skill_names as (

    select distinct {{ word_stems("regexp_replace(skill, '[^\\p{L}\\p{N}+#]+', ' ', 'g')") }} as name
    from {{ ref('dim_skills') }}

),

read_mentions as (

    select unnest(text_skills.mentions) as mention
    from {{ ref('int_text_skills') }} as text_skills
    inner join {{ ref('int_emerging_texts') }} as texts on text_skills.text_id = texts.text_id
    where texts.text_group <> 'other'

),

known_words as (

    select lower(mention['matched_text']) as words
    from read_mentions
    union
    select name as words
    from skill_names

),

-- As the texts write the skills of the taxonomy, and without their AI ("gen").
known_terms as (

    select distinct regexp_replace({{ word_stems('spelled.words') }}, '[^\p{L}\p{N}+#]+', '', 'g') as term_stem
    from (
        select words
        from known_words
        union
        -- Joined by the separator of records, for a pattern that is no constant is read anew for each row.
        select
            unnest(string_split(
                regexp_replace(joined_words.words, '\b(?:' || ai_words.alternatives || ')\b', '', 'g'), chr(30)
            )) as words
        from (select string_agg(words, chr(30)) as words from known_words) as joined_words
        cross join {{ ref('int_ai_words') }} as ai_words
    ) as spelled

),

judged as (

    select
        scored.*,
        known_terms.term_stem is not null as is_in_taxonomy
    from scored
    left join known_terms on scored.term_stem = known_terms.term_stem

),

-- Employers, places, and what seed advert_words calls a name.
names as (

    select employer_id as name
    from {{ ref('fct_job_postings') }}
    union
    select replace(lower(city), ' ', '') as name
    from {{ ref('dim_places') }}
    union
    select replace(lower(country), ' ', '') as name
    from {{ ref('dim_places') }}
    union
    select replace(word, ' ', '') as name
    from {{ ref('advert_words') }}
    where kind = 'name'

),

frame_words as (

    select distinct
        kind,
        case kind when 'begin' then {{ word_stems('word') }} else word end as word
    from {{ ref('advert_words') }}
    where kind in ('begin', 'end')

),

-- Neither more words around a known name, nor a part of it; no words of adverts at an end; no employer or place.
new_or_known as (

    select *
    from judged
    where
        is_in_taxonomy
        or (
            not exists (
                select 1
                from skill_names
                where
                    contains(' ' || judged.term || ' ', ' ' || skill_names.name || ' ')
                    or contains(' ' || skill_names.name || ' ', ' ' || judged.term || ' ')
            )
            and not exists (
                select 1
                from frame_words
                where
                    (frame_words.kind = 'begin' and frame_words.word = split_part(judged.term, ' ', 1))
                    or (frame_words.kind = 'end' and frame_words.word = split_part(judged.form, ' ', -1))
            )
            and not exists (
                select 1
                from names
                where replace(judged.form, ' ', '') = names.name
            )
        )

),

-- What stands near each mention of the likeliest. Those are few: found before the texts are looked at.
near_mentions as materialized (

    select
        term,
        form,
        unnest(voices) as voice
    from new_or_known
    where not is_in_taxonomy

),

near_words as (

    select
        near_mentions.term,
        substr(
            ' ' || texts.words || ' ',
            greatest(
                cast(strpos(' ' || texts.words || ' ', ' ' || near_mentions.form || ' ') as integer)
                - {{ var('emerging_near_characters') }},
                1
            ),
            2 * {{ var('emerging_near_characters') }} + length(near_mentions.form)
        ) as words
    from near_mentions
    inner join {{ ref('int_emerging_texts') }} as texts on near_mentions.voice = texts.voice

),

talk as (

    select near_words.term
    from near_words
    group by near_words.term
    having
        count(*) filter (
            where exists (
                select 1
                from {{ ref('advert_words') }} as advert_words
                where
                    advert_words.kind = 'near'
                    and contains(' ' || near_words.words || ' ', ' ' || advert_words.word || ' ')
            )
        )
        >= {{ var('emerging_near_share') }} * count(*)

),

named as (

    select new_or_known.*
    from new_or_known
    left join talk on new_or_known.term = talk.term
    where talk.term is null

),

-- Of a phrase and its parts the one that tells most, and of one word with and without a hyphen: a part goes where it is
-- seldom said without the phrase.
distinct_terms as (

    select *
    from named
    where
        not exists (
            select 1
            from named as others
            where
                others.term <> named.term
                and (
                    others.term_stem = named.term_stem
                    or contains(' ' || named.term || ' ', ' ' || others.term || ' ')
                )
                and (others.score > named.score or (others.score = named.score and others.term < named.term))
        )
        and not exists (
            select 1
            from named as phrases
            where
                phrases.term <> named.term
                and contains(' ' || phrases.term || ' ', ' ' || named.term || ' ')
                and phrases.recent_count >= {{ var('emerging_phrase_share') }} * named.recent_count
        )

),

ranked as (

    select
        *,
        row_number() over (partition by is_in_taxonomy order by score desc, term asc) as position_of_kind
    from distinct_terms

),

kept as (

    select
        *,
        row_number() over (order by is_in_taxonomy, position_of_kind) as rank
    from ranked
    where position_of_kind <= {{ var('emerging_terms_kept') }}

),

kept_voices as (

    select
        term,
        form,
        unnest(voices) as voice
    from kept

),

-- Of the texts that say it the shortest, which is most about it.
shortest as (

    select
        kept_voices.term,
        kept_voices.form,
        texts.text,
        row_number() over (partition by kept_voices.term order by length(texts.text), texts.employer) as position
    from kept_voices
    inner join {{ ref('int_emerging_texts') }} as texts on kept_voices.voice = texts.voice
    where texts.text_group = 'recent'

),

sample as (

    select distinct
        language,
        recent_from
    from {{ ref('int_emerging_texts') }}

),

-- Without tags and entities.
plain as (

    select
        term,
        form,
        regexp_replace(
            regexp_replace(
                regexp_replace(replace(text, '&amp;', '&'), '&(?:#39|#x27|apos);', '''', 'g'),
                '(?:<[^<>]*>)+([,.;:!?)])', '\1', 'g'
            ),
            '<[^<>]*>|&#?\w+;', ' ', 'g'
        ) as text
    from shortest
    where position = 1

),

-- The words as they stand in it, between whole ones.
snippets as (

    select
        term,
        regexp_extract(
            text,
            '(?i)(?:(?:^|\s)[^\n]{0,60})?\b' || replace(replace(form, '+', '[+]'), ' ', '\W+')
            || '(?:\W(?:[^\n]{0,60}(?:\s|$))?|$)'
        ) as snippet
    from plain

)

select
    cast(kept.rank as integer) as rank,
    kept.form as term,
    sample.language,
    sample.recent_from,
    kept.recent_count,
    kept.before_count,
    kept.recent_share,
    kept.before_share,
    kept.other_share,
    kept.is_in_taxonomy,
    trim(regexp_replace(snippets.snippet, '\s+', ' ', 'g')) as snippet,
    cast(kept.rank as integer) as term_rank
from kept
cross join sample
left join snippets on kept.term = snippets.term
