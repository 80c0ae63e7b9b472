{#- Words, one blank between them, without the commonest endings: agents and agentic are agent. -#}
{%- set stems_of = "regexp_replace(%s, '(?:([a-z]{5})ic|([a-z]{3})(?:ing|ed|es|e|s))([^\\p{L}\\p{N}]|$)'"
    ~ ", '\\1\\2\\3', 'g')" -%}
with texts as (

    select * from {{ ref('int_emerging_texts') }}

),

group_counts as (

    select
        count(*) filter (where text_group = 'recent') as recent_total,
        count(*) filter (where text_group = 'before') as before_total,
        count(*) filter (where text_group = 'other') as other_total
    from texts

),

-- Bars at the ends stand for the words that are not there.
split_texts as (

    select
        voice,
        text_group,
        string_split('| ' || words || ' | | |', ' ') as words
    from texts

),

numbered as (

    select
        voice,
        text_group,
        words,
        unnest(generate_series(2, len(words) - 3)) as position
    from split_texts

),

words as (

    select
        voice,
        text_group,
        words[position] as word,
        words[position + 1] as second_word,
        words[position + 2] as third_word,
        words[position - 1] = '|' as begins_item,
        words[position + 1] = '|' as ends_item,
        words[position + 2] = '|' as second_ends_item,
        words[position + 3] = '|' as third_ends_item
    from numbered

),

said as (

    select distinct
        word,
        voice
    from words
    where text_group = 'recent'

),

written as (

    select
        said.word,
        count(*) as voice_count
    from said
    left join {{ ref('language_words') }} as function_words on said.word = function_words.word
    where
        function_words.word is null
        and regexp_matches(said.word, '\p{L}.*\p{L}')
    group by said.word

),

-- Forms of a word are one.
stems as (

    select
        word,
        voice_count,
        {{ stems_of % 'word' }} as stem
    from written

),

-- No phrase is said oftener than each of its words.
said_stems as (

    select stem
    from stems
    group by stem
    having sum(voice_count) >= {{ var('emerging_min_employers') }}

),

said_words as (

    select
        stems.word,
        stems.stem
    from stems
    inner join said_stems on stems.stem = said_stems.stem

),

phrases as (

    select
        words.*,
        said_words.stem,
        second_words.stem as second_stem,
        third_words.stem as third_stem
    from words
    inner join said_words on words.word = said_words.word
    left join said_words as second_words on words.second_word = second_words.word
    left join said_words as third_words on words.third_word = third_words.word

),

mentions as (

    select
        voice,
        text_group,
        stem as term,
        word as form,
        begins_item and ends_item as is_item
    from phrases
    union all
    select
        voice,
        text_group,
        stem || ' ' || second_stem as term,
        word || ' ' || second_word as form,
        begins_item and second_ends_item as is_item
    from phrases
    where second_stem is not null
    union all
    select
        voice,
        text_group,
        stem || ' ' || second_stem || ' ' || third_stem as term,
        word || ' ' || second_word || ' ' || third_word as form,
        begins_item and third_ends_item as is_item
    from phrases
    where second_stem is not null and third_stem is not null

),

-- One row a term, form and text, of recent AI postings; of the others below, where enough of these say it.
recent_texts as (

    select
        voice,
        term,
        form,
        bool_or(is_item) as is_item
    from mentions
    where text_group = 'recent'
    group by voice, term, form

),

recent_terms as (

    select term
    from recent_texts
    group by term
    having count(distinct voice) >= {{ var('emerging_min_employers') }}

),

form_texts as (

    select
        recent_texts.voice,
        'recent' as text_group,
        recent_texts.term,
        recent_texts.form,
        recent_texts.is_item
    from recent_texts
    inner join recent_terms on recent_texts.term = recent_terms.term
    union all
    select
        mentions.voice,
        'before' as text_group,
        mentions.term,
        mentions.form,
        bool_or(mentions.is_item) as is_item
    from mentions
    inner join recent_terms on mentions.term = recent_terms.term
    where mentions.text_group = 'before'
    group by mentions.voice, mentions.term, mentions.form

),

-- Together and each form by itself: agents sell houses, too, where nobody there is agentic.
term_texts as (

    select
        text_group,
        term,
        form,
        is_item
    from form_texts
    union all
    select
        text_group,
        term,
        null as form,
        bool_or(is_item) as is_item
    from form_texts
    group by voice, text_group, term

),

counts as (

    select
        term,
        form,
        count(*) filter (where text_group = 'recent') as recent_count,
        count(*) filter (where text_group = 'before') as before_count,
        count(*) filter (where is_item) as item_count
    from term_texts
    group by term, form
    having count(*) filter (where text_group = 'recent') >= {{ var('emerging_min_employers') }}

),

shares as (

    select
        counts.*,
        group_counts.recent_total,
        group_counts.before_total,
        group_counts.other_total,
        counts.recent_count / cast(group_counts.recent_total as double) as recent_share,
        counts.before_count / cast(group_counts.before_total as double) as before_share,
        (counts.recent_count + counts.before_count)
        / cast(group_counts.recent_total + group_counts.before_total as double) as ai_share,
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
    where recent_share > before_share and ai_share < 1

),

sure as (

    select *
    from rising
    where growth >= {{ var('emerging_min_deviations') }}

),

sure_terms as (

    select distinct term
    from sure

),

other_texts as (

    select
        mentions.voice,
        mentions.term,
        mentions.form
    from mentions
    inner join sure_terms on mentions.term = sure_terms.term
    where mentions.text_group = 'other'

),

other_counts as (

    select
        term,
        form,
        count(distinct voice) as other_count
    from other_texts
    group by term, form
    union all
    select
        term,
        null as form,
        count(distinct voice) as other_count
    from other_texts
    group by term

),

contrasted as (

    select
        sure.*,
        coalesce(other_counts.other_count, 0) / cast(sure.other_total as double) as other_share,
        -- One employer more, so that what nobody else says does not divide by nothing.
        (sure.recent_count + 1) / cast(sure.recent_total as double)
        / ((coalesce(other_counts.other_count, 0) + 1) / cast(sure.other_total as double)) as lift
    from sure
    left join other_counts
        on sure.term = other_counts.term and coalesce(sure.form, '') = coalesce(other_counts.form, '')

),

-- What grows surely, is said of AI work and little elsewhere, and is named in lists, as skills are.
form_scores as (

    select
        *,
        growth
        * ln(lift / {{ var('emerging_min_lift') }})
        * sqrt(item_share + {{ var('emerging_item_share_added') }}) as score
    from contrasted
    where lift >= {{ var('emerging_min_lift') }}

),

best_scores as (

    select
        term,
        max(score) as score
    from form_scores
    where score >= {{ var('emerging_min_score') }}
    group by term

),

counted_forms as (

    select
        best_scores.term,
        form_texts.form,
        row_number() over (partition by best_scores.term order by count(*) desc, form_texts.form asc) as position
    from best_scores
    inner join form_texts on best_scores.term = form_texts.term
    group by best_scores.term, form_texts.form

),

-- A term is written as most employers write it, and stands out as its best form does.
scored as (

    select
        contrasted.term,
        contrasted.recent_count,
        contrasted.before_count,
        contrasted.recent_share,
        contrasted.before_share,
        contrasted.other_share,
        counted_forms.form,
        best_scores.score,
        replace(contrasted.term, ' ', '') as term_stem
    from contrasted
    inner join best_scores on contrasted.term = best_scores.term
    inner join counted_forms on contrasted.term = counted_forms.term and counted_forms.position = 1
    where contrasted.form is null

),

skill_names as (

    select distinct {{ stems_of % "regexp_replace(skill, '[^\\p{L}\\p{N}+#]+', ' ', 'g')" }} as name
    from {{ ref('dim_skills') }}

),

read_mentions as (

    select unnest(text_skills.mentions) as mention
    from {{ ref('int_text_skills') }} as text_skills
    inner join texts on text_skills.text_id = texts.text_id
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

    select distinct regexp_replace({{ stems_of % 'spelled.words' }}, '[^\p{L}\p{N}+#]+', '', 'g') as term_stem
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
        case kind when 'begin' then {{ stems_of % 'word' }} else word end as word
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
        new_or_known.term,
        new_or_known.form,
        form_texts.voice
    from form_texts
    inner join new_or_known on form_texts.term = new_or_known.term and form_texts.form = new_or_known.form
    where not new_or_known.is_in_taxonomy

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
    inner join texts on near_mentions.voice = texts.voice

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

-- Of the texts that say it the shortest, which is most about it.
shortest as (

    select
        kept.term,
        kept.form,
        texts.text,
        row_number() over (partition by kept.term order by length(texts.text), texts.employer) as position
    from kept
    inner join form_texts
        on kept.term = form_texts.term and kept.form = form_texts.form and form_texts.text_group = 'recent'
    inner join texts on form_texts.voice = texts.voice

),

sample as (

    select distinct
        language,
        recent_from
    from texts

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
    from shortest
    where position = 1

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
    trim(regexp_replace(snippets.snippet, '\s+', ' ', 'g')) as snippet
from kept
cross join sample
left join snippets on kept.term = snippets.term
