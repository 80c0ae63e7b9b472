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
        row_number() over (partition by text_group order by text_id, employer) as position
    from voices

),

cleaned as (

    select
        sampled.text_group,
        sampled.employer,
        texts.text,
        -- Bars end sentences and items of lists.
        trim(
            regexp_replace(
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
                ),
                '\s\s+', ' ', 'g'
            )
        ) as words
    from sampled
    inner join {{ ref('int_texts') }} as texts on sampled.text_id = texts.text_id
    where sampled.position <= {{ var('emerging_max_texts') }}

),

group_counts as (

    select
        count(*) filter (where text_group = 'recent') as recent_total,
        count(*) filter (where text_group = 'before') as before_total,
        count(*) filter (where text_group = 'other') as other_total
    from cleaned

),

-- Bars at the ends stand for the words that are not there.
split_texts as (

    select
        text_group,
        employer,
        string_split('| ' || words || ' | | |', ' ') as words
    from cleaned

),

numbered as (

    select
        text_group,
        employer,
        words,
        unnest(generate_series(2, len(words) - 3)) as position
    from split_texts

),

words as (

    select
        text_group,
        employer,
        words[position] as word,
        words[position + 1] as second_word,
        words[position + 2] as third_word,
        words[position - 1] = '|' as begins_item,
        words[position + 1] = '|' as ends_item,
        words[position + 2] = '|' as second_ends_item,
        words[position + 3] = '|' as third_ends_item
    from numbered

),

-- No phrase is said oftener than each of its words.
said_words as (

    select words.word
    from words
    left join {{ ref('language_words') }} as function_words on words.word = function_words.word
    where
        words.text_group = 'recent'
        and function_words.word is null
        and regexp_matches(words.word, '\p{L}.*\p{L}')
    group by words.word
    having count(distinct words.employer) >= {{ var('emerging_min_employers') }}

),

phrases as (

    select
        words.*,
        second_words.word is not null as has_second_word,
        second_words.word is not null and third_words.word is not null as has_third_word
    from words
    inner join said_words on words.word = said_words.word
    left join said_words as second_words on words.second_word = second_words.word
    left join said_words as third_words on words.third_word = third_words.word

),

mentions as (

    select
        text_group,
        employer,
        word as term,
        begins_item and ends_item as is_item
    from phrases
    union all
    select
        text_group,
        employer,
        word || ' ' || second_word as term,
        begins_item and second_ends_item as is_item
    from phrases
    where has_second_word
    union all
    select
        text_group,
        employer,
        word || ' ' || second_word || ' ' || third_word as term,
        begins_item and third_ends_item as is_item
    from phrases
    where has_third_word

),

term_texts as (

    select
        term,
        text_group,
        employer,
        bool_or(is_item) as is_item
    from mentions
    group by term, text_group, employer

),

counts as (

    select
        term,
        count(*) filter (where text_group = 'recent') as recent_count,
        count(*) filter (where text_group = 'before') as before_count,
        count(*) filter (where text_group = 'other') as other_count,
        count(*) filter (where is_item and text_group <> 'other') as item_count
    from term_texts
    group by term
    having count(*) filter (where text_group = 'recent') >= {{ var('emerging_min_employers') }}

),

shares as (

    select
        counts.*,
        group_counts.recent_total,
        group_counts.before_total,
        counts.recent_count / cast(group_counts.recent_total as double) as recent_share,
        counts.before_count / cast(group_counts.before_total as double) as before_share,
        counts.other_count / cast(group_counts.other_total as double) as other_share,
        (counts.recent_count + counts.before_count)
        / cast(group_counts.recent_total + group_counts.before_total as double) as ai_share,
        -- One employer more, so that what nobody else says does not divide by nothing.
        (counts.recent_count + 1) / cast(group_counts.recent_total as double)
        / ((counts.other_count + 1) / cast(group_counts.other_total as double)) as lift,
        counts.item_count / cast(counts.recent_count + counts.before_count as double) as item_share
    from counts
    cross join group_counts
    where group_counts.before_total > 0 and group_counts.other_total > 0

),

rising as (

    select
        *,
        (recent_share - before_share)
        / sqrt(ai_share * (1 - ai_share) * (1.0 / recent_total + 1.0 / before_total)) as growth
    from shares
    where recent_share > before_share and ai_share < 1 and lift >= {{ var('emerging_min_lift') }}

),

-- What grows surely, is said of AI work and little elsewhere, and is named in lists, as skills are.
scored as (

    select
        *,
        growth * ln(lift) * sqrt(item_share + {{ var('emerging_item_share_added') }}) as score,
        {{ term_stem('term') }} as stem
    from rising
    where growth >= {{ var('emerging_min_deviations') }}

),

skill_names as (

    select distinct regexp_replace(skill, '[^\p{L}\p{N}+#]+', ' ', 'g') as name
    from {{ ref('dim_skills') }}

),

-- Words that say no more than that this is AI: they made the postings AI ones.
ai_words as (

    select keyword as name
    from {{ ref('ai_title_keywords') }}
    union
    select regexp_replace(lower(phrase), '[^\p{L}\p{N}+#]+', ' ', 'g') as name
    from {{ ref('ai_cues') }}
    where cue = 'ai'

),

read_mentions as (

    select unnest(text_skills.mentions) as mention
    from {{ ref('int_text_skills') }} as text_skills
    inner join sampled on text_skills.text_id = sampled.text_id
    where sampled.text_group <> 'other' and sampled.position <= {{ var('emerging_max_texts') }}

),

-- As the texts write the skills of the taxonomy.
known_terms as (

    select {{ term_stem("lower(mention['matched_text'])") }} as stem
    from read_mentions
    union
    select {{ term_stem('name') }} as stem
    from skill_names

),

judged as (

    select
        scored.*,
        known_terms.stem is not null as is_in_taxonomy
    from scored
    left join known_terms on scored.stem = known_terms.stem

),

-- Neither more words around a known name, nor a part of it.
new_or_known as (

    select *
    from judged
    where
        not exists (
            select 1
            from ai_words
            where
                contains(' ' || judged.term || ' ', ' ' || ai_words.name || ' ')
                or contains(' ' || ai_words.name || ' ', ' ' || judged.term || ' ')
        )
        and (
            is_in_taxonomy
            or not exists (
                select 1
                from skill_names
                where
                    contains(' ' || judged.term || ' ', ' ' || skill_names.name || ' ')
                    or contains(' ' || skill_names.name || ' ', ' ' || judged.term || ' ')
            )
        )

),

-- Of the forms of a word, and of a phrase and its parts, the one that tells most: a part goes where it is seldom said
-- without the phrase.
distinct_terms as (

    select *
    from new_or_known
    where
        not exists (
            select 1
            from new_or_known as others
            where
                others.term <> new_or_known.term
                and (
                    others.stem = new_or_known.stem
                    or contains(' ' || new_or_known.term || ' ', ' ' || others.term || ' ')
                )
                and (
                    others.score > new_or_known.score
                    or (others.score = new_or_known.score and others.term < new_or_known.term)
                )
        )
        and not exists (
            select 1
            from judged as phrases
            where
                phrases.term <> new_or_known.term
                and contains(' ' || phrases.term || ' ', ' ' || new_or_known.term || ' ')
                and phrases.recent_count >= {{ var('emerging_phrase_share') }} * new_or_known.recent_count
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

-- Of the texts that say it the shortest, which is most about it.
said as (

    select
        kept.term,
        cleaned.text,
        row_number() over (partition by kept.term order by length(cleaned.text), cleaned.employer) as position
    from kept
    inner join cleaned
        on cleaned.text_group = 'recent' and contains(' ' || cleaned.words || ' ', ' ' || kept.term || ' ')

),

-- The words as they stand in it.
snippets as (

    select
        term,
        regexp_extract(
            text,
            '(?i)[^\n]{0,60}\b' || replace(replace(term, '+', '[+]'), ' ', '\W+') || '(?:\W[^\n]{0,60}|$)'
        ) as snippet
    from said
    where position = 1

)

select
    cast(kept.rank as integer) as rank,
    kept.term,
    languages.language,
    halves.recent_from,
    kept.recent_count,
    kept.before_count,
    kept.recent_share,
    kept.before_share,
    kept.other_share,
    kept.is_in_taxonomy,
    trim(snippets.snippet) as snippet
from kept
cross join halves
inner join languages on languages.position = 1
left join snippets on kept.term = snippets.term
