{#- Places of the first and second word in a phrase's number. -#}
{%- set first, second = 1099511627776, 1048576 -%}
with group_counts as (

    select
        count(*) filter (where text_group = 'recent') as recent_total,
        count(*) filter (where text_group = 'before') as before_total,
        count(*) filter (where text_group = 'other') as other_total
    from {{ ref('int_emerging_texts') }}

),

-- Bars at the ends stand for the words that are not there.
split_texts as (

    select
        voice,
        text_group,
        string_split('| ' || words || ' | | |', ' ') as words
    from {{ ref('int_emerging_texts') }}

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
        {{ word_stems('word') }} as stem
    from written

),

-- No phrase is said oftener than each of its words.
said_stems as (

    select stem
    from stems
    group by stem
    having sum(voice_count) >= {{ var('emerging_min_employers') }}

),

-- Words and stems by number, in the order of the alphabet: a phrase is one number, which counts faster than its words.
said_words as (

    select
        stems.word,
        stems.stem,
        cast(row_number() over (order by stems.word) as bigint) as word_number,
        cast(dense_rank() over (order by stems.stem) as bigint) as stem_number
    from stems
    inner join said_stems on stems.stem = said_stems.stem

),

phrases as (

    select
        words.voice,
        words.text_group,
        words.begins_item,
        words.ends_item,
        words.second_ends_item,
        words.third_ends_item,
        said_words.word_number * {{ first }} as word_number,
        said_words.stem_number * {{ first }} as stem_number,
        second_words.word_number * {{ second }} as second_word,
        second_words.stem_number * {{ second }} as second_stem,
        third_words.word_number as third_word,
        third_words.stem_number as third_stem
    from words
    inner join said_words on words.word = said_words.word
    left join said_words as second_words on words.second_word = second_words.word
    left join said_words as third_words on words.third_word = third_words.word

),

mentions as (

    select
        voice,
        text_group,
        stem_number as term,
        word_number as form,
        begins_item and ends_item as is_item
    from phrases
    union all
    select
        voice,
        text_group,
        stem_number + second_stem as term,
        word_number + second_word as form,
        begins_item and second_ends_item as is_item
    from phrases
    where second_stem is not null
    union all
    select
        voice,
        text_group,
        stem_number + second_stem + third_stem as term,
        word_number + second_word + third_word as form,
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
        on sure.term = other_counts.term and coalesce(sure.form, 0) = coalesce(other_counts.form, 0)

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
        list_sort(array_agg(form_texts.voice)) as voices,
        row_number() over (partition by best_scores.term order by count(*) desc, form_texts.form asc) as position
    from best_scores
    inner join form_texts on best_scores.term = form_texts.term
    group by best_scores.term, form_texts.form

),

said_stem_numbers as (

    select distinct
        stem,
        stem_number
    from said_words

)

-- A term is written as most employers write it, and stands out as its best form does.
select
    concat_ws(' ', first_stems.stem, second_stems.stem, third_stems.stem) as term,
    concat_ws(' ', first_words.word, second_words.word, third_words.word) as form,
    contrasted.recent_count,
    contrasted.before_count,
    contrasted.recent_share,
    contrasted.before_share,
    contrasted.other_share,
    best_scores.score,
    counted_forms.voices
from contrasted
inner join best_scores on contrasted.term = best_scores.term
inner join counted_forms on contrasted.term = counted_forms.term and counted_forms.position = 1
inner join said_stem_numbers as first_stems on contrasted.term // {{ first }} = first_stems.stem_number
left join said_stem_numbers as second_stems
    on contrasted.term // {{ second }} % {{ second }} = second_stems.stem_number
left join said_stem_numbers as third_stems on contrasted.term % {{ second }} = third_stems.stem_number
inner join said_words as first_words on counted_forms.form // {{ first }} = first_words.word_number
left join said_words as second_words on counted_forms.form // {{ second }} % {{ second }} = second_words.word_number
left join said_words as third_words on counted_forms.form % {{ second }} = third_words.word_number
where contrasted.form is null
