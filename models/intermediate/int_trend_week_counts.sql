with postings as (

    select * from {{ ref('int_trend_voices') }}

)

{{ trend_counts('postings', ['week_start', 'employer_group'], ['week_start', 'employer_group']) }}
