with weeks as (

    select
        week_start,
        row_number() over (order by week_start) as week_number
    from {{ ref('dim_weeks') }}
    where is_complete_week

),

postings as (

    select
        coalesce(source, 'not named') as source,
        country_code,
        search_term,
        week_start,
        has_text,
        coalesce(employer_id, posting_id) as voice
    from {{ ref('fct_job_postings') }}
    where week_start in (select weeks.week_start from weeks)

),

-- Of each source, of each of its countries and searches, and of all sources together.
voices as (

    {% for source, part in [
        ("source", "''"), ("'all sources'", "''"),
        ("source", "'country ' || country_code"), ("source", "'search ' || search_term")
    ] -%}
        select
            {{ source }},
            {{ part }} as part,
            week_start,
            voice,
            count(*) as job_count,
            count(*) filter (where not has_text) as missing_count
        from postings
        where {{ part }} is not null
        group by {{ source }}, {{ part }}, week_start, voice
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

come as (

    select
        source,
        part,
        week_start,
        sum(job_count) as job_count,
        sum(missing_count) as missing_count,
        sum(job_count * job_count) as squares
    from voices
    group by source, part, week_start

),

late as (

    {% for source in ["source", "'all sources'"] -%}
        select
            {{ source }},
            week_start,
            sum(cast(late_count as decimal(28, 12))) as late_count,
            sum(cast(variance as decimal(28, 12))) as variance
        from {{ ref('int_late_weeks') }}
        group by {{ source }}, week_start
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- What is still to come of the newest weeks counts too.
counts as (

    select
        come.source,
        come.part,
        come.week_start,
        come.job_count as come_count,
        come.missing_count,
        come.squares,
        cast(round(come.job_count + coalesce(late.late_count, 0)) as bigint) as job_count,
        cast(coalesce(late.variance, 0) as double) as late_variance
    from come
    left join late on come.source = late.source and come.week_start = late.week_start and come.part = ''

),

ranked as (

    select
        *,
        sum(cast(sqrt(job_count) as decimal(18, 6))) over (
            partition by source, part order by job_count, week_start
        ) as weight_so_far,
        sum(cast(sqrt(job_count) as decimal(18, 6))) over (partition by source, part) as weight
    from counts

),

-- The level that is usual: the median of the weeks' counts, each week with the root of its count as weight, so that
-- neither a long silence nor a short flood is what is usual.
usual as (

    select
        source,
        part,
        min(case when weight_so_far >= weight / 2 then job_count end) as usual_count,
        cast(power(sum(come_count), 2) as double) / sum(squares) as voice_count,
        -- By so much the variance of a count is larger than that of as many separate events: employers post in bursts.
        cast(sum(squares) as double) / sum(come_count) as burst
    from ranked
    group by source, part

),

-- Parts that hold little say little, and one employer is no country.
watched as (

    select usual.*
    from usual
    inner join usual as whole on whole.source = 'all sources'
    where
        usual.part = ''
        or (
            usual.usual_count >= {{ var('collection_told_share') }} * whole.usual_count
            and usual.voice_count >= {{ var('trend_min_voices') }}
        )

)

select
    watched.source,
    nullif(watched.part, '') as part,
    weeks.week_start,
    weeks.week_number,
    min(case when counts.job_count > 0 then weeks.week_number end) over (
        partition by watched.source, watched.part
    ) as first_number,
    coalesce(counts.job_count, 0) as job_count,
    coalesce(counts.job_count - counts.come_count, 0) as late_count,
    coalesce(counts.late_variance, 0) as late_variance,
    cast(coalesce(counts.missing_count, 0) as bigint) as missing_count,
    -- Postings are to be expected of a source by weeks, of a part by what came of its source.
    case when watched.part = '' then 1 else coalesce(whole.come_count, 0) end as held_count,
    watched.usual_count,
    watched.burst
from watched
cross join weeks
left join counts
    on watched.source = counts.source and watched.part = counts.part and weeks.week_start = counts.week_start
left join counts as whole
    on watched.source = whole.source and whole.part = '' and weeks.week_start = whole.week_start
