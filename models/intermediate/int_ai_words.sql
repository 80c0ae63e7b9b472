{{ config(materialized='view') }}

select string_agg(word, '|' order by length(word) desc, word) as alternatives
from (
    select keyword as word
    from {{ ref('ai_title_keywords') }}
    union
    select trim(regexp_replace(lower(phrase), '[^\p{L}\p{N}+#]+', ' ', 'g')) as word
    from {{ ref('ai_cues') }}
    where cue = 'ai'
) as words
