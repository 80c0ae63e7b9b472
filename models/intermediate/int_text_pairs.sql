{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        unique_key=['text_id', 'other_text_id']
    )
}}

with pairs as (

    select distinct
        least(text_id, other_text_id) as text_id,
        greatest(text_id, other_text_id) as other_text_id
    from {{ ref('int_line_pairs') }}

),

texts as not materialized (

    select
        text_id,
        words
    from {{ ref('int_text_words') }}

)

select
    pairs.text_id,
    pairs.other_text_id,
    cast(len(one.words) as integer) as word_count,
    cast(len(other.words) as integer) as other_word_count,
    cast(len(list_intersect(one.words, other.words)) as integer) as shared_count
from pairs
inner join texts as one on pairs.text_id = one.text_id
inner join texts as other on pairs.other_text_id = other.text_id
{% if is_incremental() %}
    left join {{ this }} as known on pairs.text_id = known.text_id and pairs.other_text_id = known.other_text_id
    where known.text_id is null
{% endif %}
