with voices as (

    select
        week_start,
        employer_group,
        voice,
        count(*) as job_count,
        count(*) filter (where has_text) as text_count,
        count(*) filter (where has_text and is_ai_posting) as ai_text_count
    from {{ ref('int_trend_voices') }}
    group by week_start, employer_group, voice

),

populations as (

    select population
    from (values ('all'), ('any_role'), ('with_text'), ('ai_with_text')) as listed (population)

),

counted as (

    select
        populations.population,
        voices.week_start,
        voices.employer_group,
        case populations.population
            when 'with_text' then voices.text_count
            when 'ai_with_text' then voices.ai_text_count
            else voices.job_count
        end as posting_count
    from voices
    cross join populations

)

select
    population,
    week_start,
    employer_group,
    cast(sum(posting_count) as bigint) as posting_count,
    cast(sum(posting_count * posting_count) as bigint) as squares
from counted
where posting_count > 0
group by population, week_start, employer_group
