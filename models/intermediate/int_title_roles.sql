with postings as (

    select * from {{ ref('int_postings') }}

),

rules as (

    select * from {{ ref('role_rules') }}

),

-- Without the endings of plurals and of women (engineers, Entwicklerin, Pflegerinnen); letters that are none with
-- an accent as those of other keyboards (Schweisser).
stemmed as (

    select
        words,
        regexp_replace(
            regexp_replace(letters, '([a-z]{2}(?:er|eur|or|ist|ent|ant))in(?:nen)?( |$)', '\1\2', 'g'),
            '([a-z]{3}[^isu |])s( |$)', '\1\2', 'g'
        ) as stems
    from (
        select
            words,
            translate(replace(replace(words, 'ß', 'ss'), 'æ', 'ae'), 'łøđı', 'lodi') as letters
        from (
            select phrase as words from {{ ref('role_words') }}
            union
            select title_words as words from postings
        ) as written
    ) as spelled

),

phrases as (

    select
        stemmed.stems,
        role_words.position as place,
        role_words.kind,
        role_words.meaning,
        length(role_words.phrase) - length(replace(role_words.phrase, ' ', '')) + 1 as word_count
    from {{ ref('role_words') }} as role_words
    inner join stemmed on role_words.phrase = stemmed.words

),

-- A field of unusual length is a title only in its first words.
titles as (

    select
        spelled.title_words,
        stemmed.stems,
        least(
            length(spelled.title_words) - length(replace(spelled.title_words, ' ', '')) + 1,
            {{ var('role_title_words') }}
        ) as word_count
    from (select distinct title_words from postings) as spelled
    inner join stemmed on spelled.title_words = stemmed.words

),

numbered as (

    select
        title_words,
        stems,
        unnest(generate_series(1, word_count)) as position
    from titles

),

words as (

    select
        title_words,
        position,
        split_part(stems, ' ', cast(position as integer)) as word
    from numbered

),

following as (

    select
        *,
        lead(word, 1) over (partition by title_words order by position) as second_word,
        lead(word, 2) over (partition by title_words order by position) as third_word,
        lead(word, 3) over (partition by title_words order by position) as fourth_word
    from words

),

-- What begins at each word: phrases have up to four.
spans as (

    select
        title_words,
        position,
        1 as word_count,
        word as stems
    from following
    union all
    select
        title_words,
        position,
        2 as word_count,
        word || ' ' || second_word as stems
    from following
    where second_word is not null
    union all
    select
        title_words,
        position,
        3 as word_count,
        word || ' ' || second_word || ' ' || third_word as stems
    from following
    where third_word is not null
    union all
    select
        title_words,
        position,
        4 as word_count,
        word || ' ' || second_word || ' ' || third_word || ' ' || fourth_word as stems
    from following
    where fourth_word is not null

),

-- Compounds ("Softwareentwickler"): the longest phrase that ends a word and the longest that begins it.
part_candidates as (

    select
        distinct_words.word,
        phrases.kind,
        phrases.meaning,
        row_number() over (
            partition by distinct_words.word, phrases.place order by length(phrases.stems) desc, phrases.kind asc
        ) as choice
    from (select distinct word from words) as distinct_words
    inner join phrases
        on
            (phrases.place = 'word_end' and right(distinct_words.word, length(phrases.stems)) = phrases.stems)
            or (phrases.place = 'within' and contains(distinct_words.word, phrases.stems))
            or (phrases.place = 'word_start' and left(distinct_words.word, length(phrases.stems)) = phrases.stems)
    where
        not exists (
            select 1 from phrases as whole
            where whole.place = 'anywhere' and whole.stems = distinct_words.word
        )

),

matches as (

    select
        spans.title_words,
        spans.position,
        spans.word_count,
        phrases.kind,
        phrases.meaning
    from spans
    inner join phrases on spans.stems = phrases.stems and phrases.place = 'anywhere'
    union all
    select
        words.title_words,
        words.position,
        1 as word_count,
        parts.kind,
        parts.meaning
    from words
    inner join part_candidates as parts on words.word = parts.word and parts.choice = 1

),

-- Bars and prepositions end a part: what follows "head of" or "engineer for" is no noun for the work.
breaks as (

    select
        title_words,
        position
    from matches
    where kind = 'break'

),

-- A longer phrase silences those inside it.
heard as (

    select matches.*
    from matches
    where
        matches.kind <> 'break'
        and not exists (
            select 1
            from matches as longer
            where
                longer.title_words = matches.title_words
                and longer.word_count > matches.word_count
                and longer.position <= matches.position
                and longer.position + longer.word_count >= matches.position + matches.word_count
        )

),

parted as (

    select
        heard.title_words,
        heard.position,
        heard.word_count,
        heard.kind,
        heard.meaning,
        count(distinct breaks.position) as part
    from heard
    left join breaks on heard.title_words = breaks.title_words and heard.position > breaks.position
    group by heard.title_words, heard.position, heard.word_count, heard.kind, heard.meaning

),

nouns as (

    select
        *,
        row_number() over (
            partition by title_words
            order by
                case kind when 'rank' then 3 when 'activity' then 2 else 1 end asc,
                part asc,
                position asc,
                word_count desc,
                kind asc,
                meaning asc
        ) as choice
    from parted
    where kind <> 'subject'

),

deciding_nouns as (

    select
        titles.title_words,
        nouns.kind,
        nouns.meaning,
        coalesce(nouns.part, 0) as part,
        coalesce(nouns.position, 0) as position
    from titles
    left join nouns on titles.title_words = nouns.title_words and nouns.choice = 1

),

-- Nouns and ranks have rules of their own; a rank, and no noun at all, is of the family of its subject.
subject_rules as (

    select
        nouns.title_words,
        rules.role_family,
        row_number() over (
            partition by nouns.title_words
            order by
                case
                    when subjects.part >= nouns.part then subjects.part - nouns.part
                    else 1000 + nouns.part - subjects.part
                end asc,
                rules.precedence desc,
                case when subjects.position <= nouns.position then 0 else 1 end asc,
                abs(subjects.position - nouns.position) asc,
                rules.role_family asc
        ) as choice
    from deciding_nouns as nouns
    inner join parted as subjects on nouns.title_words = subjects.title_words and subjects.kind = 'subject'
    inner join rules
        on
            subjects.meaning = rules.subject
            and (
                nouns.meaning = rules.noun
                or (
                    coalesce(nouns.kind, 'rank') = 'rank'
                    and nouns.meaning is distinct from 'consultant'
                    and rules.noun is null
                )
            )
    where coalesce(nouns.kind, '') <> 'work'

)

select
    nouns.title_words,
    case
        when nouns.kind = 'work' then nouns.meaning
        else coalesce(subject_rules.role_family, noun_rules.role_family)
    end as role_family
from deciding_nouns as nouns
left join subject_rules on nouns.title_words = subject_rules.title_words and subject_rules.choice = 1
left join rules as noun_rules on nouns.meaning = noun_rules.noun and noun_rules.subject is null
