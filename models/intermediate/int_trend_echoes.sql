with searches as (

    select distinct
        search_term,
        concat(' ', regexp_replace(lower(search_term), '[^a-z0-9+#./-]+', ' ', 'g'), ' ') as words
    from {{ ref('int_trend_postings') }}
    where search_term is not null

),

-- A search for a skill finds postings that mention it; a search for AI, by a keyword of AI titles, AI postings.
echoes as (

    select
        searches.search_term,
        'skill' as subject,
        skills.skill as name
    from searches
    inner join {{ ref('dim_skills') }} as skills on strpos(searches.words, concat(' ', skills.skill, ' ')) > 0
    union all
    select distinct
        searches.search_term,
        'ai' as subject,
        'ai' as name
    from searches
    inner join {{ ref('ai_title_keywords') }} as keywords
        on strpos(searches.words, concat(' ', keywords.keyword, ' ')) > 0

),

mentions as (

    select
        search_term,
        is_ai_posting,
        unnest(extracted_skills) as skill
    from {{ ref('int_trend_postings') }}
    where has_text

),

counts as (

    select
        'ai_share' as measure,
        'ai' as subject,
        'ai' as name,
        search_term,
        count(*) as posting_count
    from {{ ref('int_trend_postings') }}
    where is_ai_posting
    group by search_term
    union all
    select
        'skill_share' as measure,
        'skill' as subject,
        skill as name,
        search_term,
        count(*) as posting_count
    from mentions
    group by skill, search_term
    union all
    select
        'ai_skill_share' as measure,
        'skill' as subject,
        skill as name,
        search_term,
        count(*) as posting_count
    from mentions
    where is_ai_posting
    group by skill, search_term

)

select
    counts.measure,
    counts.name,
    coalesce(sum(case when echoes.name is not null then cast(counts.posting_count as double) end), 0)
    / sum(counts.posting_count) as echo_share
from counts
left join echoes
    on
        counts.search_term = echoes.search_term
        and counts.subject = echoes.subject
        and counts.name = echoes.name
group by counts.measure, counts.name
