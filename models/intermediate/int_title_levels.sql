{%- set low = "(?:" ~ any_of(var("title_range_low_words")) ~ ")" -%}
{%- set high = "(" ~ any_of(var("title_range_high_words")) ~ ")" -%}
{%- set joiners = "(?: (?:" ~ any_of(var("title_range_joiners")) ~ "))*" -%}
{%- set aides = "(?:" ~ any_of(var("title_words_of_aides")) ~ ")" -%}
{%- set chiefs = "(?:chief(?: [^ |]+)+ officer|" ~ any_of(var("title_words_of_chiefs")) ~ ")" -%}
{%- set between = any_of(var("title_words_between_aides_and_chiefs")) -%}
with spelled as (

    select distinct title_words
    from {{ ref('int_titles') }}
    where has_words

),

rules as (

    select
        *,
        split_part(phrase, ' ', 1) as first_word,
        length(phrase) - length(replace(phrase, ' ', '')) + 1 as word_count
    from {{ ref('seniority_rules') }}

),

keywords as (

    select
        keyword,
        split_part(keyword, ' ', 1) as first_word
    from {{ ref('ai_title_keywords') }}

),

roles as (

    select
        *,
        split_part(phrase, ' ', 1) as first_word,
        length(phrase) - length(replace(phrase, ' ', '')) + 1 as word_count
    from {{ ref('ai_role_titles') }}

),

-- A word for beginners beside a higher one ("junior to senior") names a range, which counts as its higher end. An aide
-- beside a chief ("Assistant of the CEO", "CEO's Assistant") holds neither rank.
titles as (

    select
        title_words,
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(title_words, '(^| ){{ low }}{{ joiners }} {{ high }}( |$)', '\1\2\3'),
                    '(^| ){{ high }}{{ joiners }} {{ low }}( |$)', '\1\2\3'
                ),
                '(^| ){{ aides }}(?: (?:{{ between }}))* {{ chiefs }}(?: (?:{{ between }}|{{ chiefs }}))*( |$)',
                '\1\2'
            ),
            '(^| ){{ chiefs }}(?: s)? {{ aides }}( |$)', '\1\2'
        ) as read_words
    from spelled

),

split_titles as (

    select
        title_words,
        read_words,
        string_split(read_words, ' ') as words
    from titles

),

numbered as (

    select
        title_words,
        read_words,
        words,
        unnest(generate_series(1, len(words))) as position
    from split_titles

),

words as (

    select
        title_words,
        read_words,
        len(words) as word_count,
        position,
        words[position] as word
    from numbered

),

-- Each word of a title, with all that begins with it.
positions as (

    select
        *,
        substr(
            read_words,
            cast(sum(length(word) + 1) over (partition by title_words order by position) as integer) - length(word)
        ) as rest
    from words

),

-- Rules on parts of words ("projektleiter" ends with "leiter"), looked up once a word.
part_matches as (

    select
        words.word,
        rules.phrase,
        rules.seniority_level,
        rules.precedence
    from (select distinct word from words) as words
    inner join rules
        on
            (rules.position = 'inside' and contains(words.word, rules.phrase))
            or (
                length(words.word) > length(rules.phrase)
                and (
                    (rules.position = 'word_end' and right(words.word, length(rules.phrase)) = rules.phrase)
                    or (rules.position = 'word_start' and left(words.word, length(rules.phrase)) = rules.phrase)
                )
            )

),

rule_matches as (

    select
        positions.title_words,
        positions.position,
        case
            when rules.position = 'rest' then positions.word_count + 1
            else positions.position + rules.word_count
        end as next_position,
        rules.phrase,
        rules.position = 'rest' as is_rest,
        rules.seniority_level,
        rules.precedence
    from positions
    inner join rules
        on
            positions.word = rules.first_word
            and starts_with(positions.rest || ' ', rules.phrase || ' ')
            and (
                rules.position in ('anywhere', 'rest')
                or (
                    rules.position = 'end'
                    and substr(positions.rest, length(rules.phrase) + 2, 1) in ('', '|')
                )
                or (
                    rules.position = 'before_officer'
                    and regexp_matches(
                        substr(positions.rest, length(rules.phrase) + 1),
                        '^ (?:[^|]* )?(?:{{ any_of(var("title_words_of_officers")) }})(?:$| [^s]| s[^ ])'
                    )
                )
                or (
                    rules.position in ('begin', 'alone')
                    and regexp_matches(
                        left(positions.read_words, length(positions.read_words) - length(positions.rest)),
                        '^(?:(?:[|]|{{ any_of(var("title_words_beside_chiefs")) }}) )*$'
                    )
                    and (
                        rules.position = 'begin'
                        or regexp_matches(
                            substr(positions.rest, length(rules.phrase) + 1),
                            '^(?: (?:{{ any_of(var("title_words_beside_chiefs") + var("employer_country_words")) }}))*'
                            || '(?:$| [|]| (?:{{ any_of(var("title_words_before_employers")) }}) )'
                        )
                    )
                )
            )
    union all
    select
        positions.title_words,
        positions.position,
        positions.position + 1 as next_position,
        part_matches.phrase,
        false as is_rest,
        part_matches.seniority_level,
        part_matches.precedence
    from positions
    inner join part_matches on positions.word = part_matches.word

),

-- A longer phrase silences those inside it: words that are no rank ("lead generation"), and ranks of their own ("vice
-- president" is no president). "Assistant to" silences all that follows.
rank_matches as (

    select *
    from rule_matches
    where
        seniority_level is not null
        and not exists (
            select 1
            from rule_matches as silencers
            where
                rule_matches.title_words = silencers.title_words
                and rule_matches.position >= silencers.position
                and rule_matches.next_position <= silencers.next_position
                and rule_matches.phrase <> silencers.phrase
                and (silencers.is_rest or contains(silencers.phrase, rule_matches.phrase))
        )

),

deciding_matches as (

    select
        title_words,
        seniority_level,
        phrase,
        row_number() over (
            partition by title_words order by precedence desc, position asc, next_position desc, phrase asc
        ) as decision_position
    from rank_matches

),

keyword_matches as (

    select distinct positions.title_words
    from positions
    inner join keywords
        on
            positions.word = keywords.first_word
            and starts_with(positions.rest || ' ', keywords.keyword || ' ')

),

role_matches as (

    select
        positions.title_words,
        positions.position,
        positions.position + roles.word_count as next_position,
        roles.is_ai_role
    from positions
    inner join roles
        on
            positions.word = roles.first_word
            and starts_with(positions.rest || ' ', roles.phrase || ' ')

),

ai_roles as (

    select distinct title_words
    from role_matches
    where
        is_ai_role
        and not exists (
            select 1
            from role_matches as silencers
            where
                role_matches.title_words = silencers.title_words
                and not silencers.is_ai_role
                and role_matches.position >= silencers.position
                and role_matches.next_position <= silencers.next_position
        )

)

select
    titles.title_words,
    coalesce(deciding_matches.seniority_level, 'mid') as seniority_level,
    deciding_matches.phrase as seniority_rule,
    keyword_matches.title_words is not null as has_ai_title,
    ai_roles.title_words is not null as has_ai_role_title
from titles
left join deciding_matches
    on titles.title_words = deciding_matches.title_words and deciding_matches.decision_position = 1
left join keyword_matches on titles.title_words = keyword_matches.title_words
left join ai_roles on titles.title_words = ai_roles.title_words
