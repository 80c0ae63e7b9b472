{{ config(materialized='view') }}

with postings as (

    select
        text_id,
        min(text_observation_id) as observation_id
    from {{ ref('int_postings') }}
    where text_id is not null
    group by text_id

),

posting_texts as (

    select
        postings.text_id,
        observations.description as text
    from {{ ref('stg_job_postings') }} as observations
    inner join postings on observations.observation_id = postings.observation_id

),

-- Labelled sentences and the spellings' examples are read like any other text, so that tests see what is found in them.
sentences as (

    select sentence as text from {{ ref('labelled_sentences') }}
    union
    select example as text from {{ ref('skill_spellings') }}
    union
    select counter_example as text from {{ ref('skill_spellings') }}
    where counter_example is not null

),

sentence_texts as (

    select
        md5(text) as text_id,
        text
    from sentences

)

select
    text_id,
    text
from posting_texts
union all
select
    text_id,
    text
from sentence_texts
-- Not from the subquery above: DuckDB waits for ever where a limit stops one of a subquery's two readers.
where
    not exists (
        select 1
        from {{ ref('int_postings') }} as postings
        where postings.text_id = sentence_texts.text_id
    )
