{{ config(materialized='view') }}

select keyword as word
from {{ ref('ai_title_keywords') }}
union
select trim(regexp_replace(lower(phrase), '[^\p{L}\p{N}+#]+', ' ', 'g')) as word
from {{ ref('ai_cues') }}
where cue = 'ai'
