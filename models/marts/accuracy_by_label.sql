with sentences as (

    select
        sentence_id,
        md5(sentence) as text_id,
        skills
    from {{ ref('labelled_sentences') }}

),

labelled_skills as (

    select
        sentence_id,
        {{ unnest_list(split_list('skills')) }} as label
    from sentences
    where skills is not null

),

found_skills as (

    select
        sentences.sentence_id,
        {{ unnest_list('texts.skills') }} as label
    from sentences
    inner join {{ ref('int_text_skills') }} as texts on sentences.text_id = texts.text_id

),

titles as (

    select
        title,
        {{ title_words('title') }} as title_words,
        seniority_level
    from {{ ref('labelled_titles') }}

),

pairs as (

    select
        'skill' as kind,
        coalesce(labelled.label, found.label) as label,
        labelled.label is not null as is_labelled,
        found.label is not null as is_found
    from labelled_skills as labelled
    full outer join found_skills as found
        on labelled.sentence_id = found.sentence_id and labelled.label = found.label
    union all
    select
        'seniority_level' as kind,
        titles.seniority_level as label,
        true as is_labelled,
        titles.seniority_level = rules.seniority_level as is_found
    from titles
    inner join {{ ref('int_titles') }} as rules on titles.title_words = rules.title_words
    union all
    select
        'seniority_level' as kind,
        rules.seniority_level as label,
        false as is_labelled,
        true as is_found
    from titles
    inner join {{ ref('int_titles') }} as rules on titles.title_words = rules.title_words
    where titles.seniority_level <> rules.seniority_level

),

counts as (

    select
        kind,
        label,
        count(*) filter (where is_labelled) as labelled_count,
        count(*) filter (where is_found) as found_count,
        count(*) filter (where is_labelled and is_found) as correct_count
    from pairs
    group by kind, label

)

select
    kind,
    label,
    labelled_count,
    found_count,
    correct_count,
    cast(correct_count as double) / nullif(found_count, 0) as precision,
    cast(correct_count as double) / nullif(labelled_count, 0) as recall
from counts
