with postings as (

    select * from {{ ref('int_trend_voices') }}

),

weeks as (

    select
        volume.week_start,
        volume.job_count,
        volume.collection_status,
        sum(case when volume.is_complete_week then 1 else 0 end) over (
            order by volume.week_start rows between {{ var('trend_window_weeks') - 1 }} preceding and current row
        ) = {{ var('trend_window_weeks') }} as is_covered
    from {{ ref('weekly_job_volume') }} as volume
    where volume.is_in_bounds

),

windows as (

    select
        weeks.week_start,
        earlier.week_start as week_in_window
    from weeks
    inner join weeks as earlier
        on
            earlier.week_start
            between cast(weeks.week_start - interval {{ 7 * (var('trend_window_weeks') - 1) }} day as date)
            and weeks.week_start

),

voices as (

    select
        week_start,
        employer_group,
        voice,
        count(*) as job_count,
        count(*) filter (where has_text) as text_count,
        count(*) filter (where has_text and is_ai_posting) as ai_text_count
    from postings
    group by week_start, employer_group, voice

),

of_populations as (

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
    cross join (values ('all'), ('any_role'), ('with_text'), ('ai_with_text')) as populations (population)

),

-- Squares are of the postings of each employer in a week.
groups as (

    select
        of_populations.population,
        windows.week_start,
        of_populations.employer_group,
        sum(of_populations.posting_count) as posting_count,
        sum(of_populations.posting_count * of_populations.posting_count) as squares
    from of_populations
    inner join windows on of_populations.week_start = windows.week_in_window
    where of_populations.posting_count > 0
    group by of_populations.population, windows.week_start, of_populations.employer_group

),

totals as (

    select
        population,
        week_start,
        cast(sum(posting_count) as bigint) as total_count,
        sum(squares) as squares,
        sum(posting_count * posting_count) as group_squares,
        count(*) as group_count
    from groups
    group by population, week_start

),

counted as (

    {{ trend_counts('postings', ['week_start', 'employer_group'], ['week_start', 'employer_group']) }}

),

counts as (

    select
        counted.measure,
        counted.name,
        names.population,
        windows.week_start,
        counted.employer_group,
        sum(counted.posting_count) as posting_count
    from counted
    inner join {{ ref('int_trend_names') }} as names
        on counted.measure = names.measure and counted.name = names.name
    inner join windows on counted.week_start = windows.week_in_window
    group by counted.measure, counted.name, names.population, windows.week_start, counted.employer_group

),

name_counts as (

    select
        counts.measure,
        counts.name,
        counts.week_start,
        sum(counts.posting_count) as posting_count,
        sum(counts.posting_count * counts.posting_count) as count_squares,
        sum(counts.posting_count * groups.posting_count) as products
    from counts
    inner join groups
        on
            counts.population = groups.population
            and counts.week_start = groups.week_start
            and counts.employer_group = groups.employer_group
    group by counts.measure, counts.name, counts.week_start

),

shares as (

    select
        names.measure,
        names.name,
        weeks.week_start,
        weeks.job_count,
        weeks.collection_status,
        weeks.is_covered,
        cast(coalesce(name_counts.posting_count, 0) as bigint) as posting_count,
        coalesce(totals.total_count, 0) as total_count,
        totals.group_count,
        coalesce(name_counts.posting_count, 0) / cast(totals.total_count as double) as share,
        totals.squares,
        totals.group_squares,
        coalesce(name_counts.count_squares, 0) as count_squares,
        coalesce(name_counts.products, 0) as products
    from weeks
    cross join {{ ref('int_trend_names') }} as names
    left join totals on names.population = totals.population and weeks.week_start = totals.week_start
    left join name_counts
        on
            names.measure = name_counts.measure
            and names.name = name_counts.name
            and weeks.week_start = name_counts.week_start

),

judged as (

    select
        *,
        case
            when not is_covered
                then 'not all {{ var("trend_window_weeks") }} weeks are there and complete'
            when job_count = 0
                then 'the week has no postings'
            when total_count < {{ var('trend_min_postings') }}
                then
                    'the {{ var("trend_window_weeks") }} weeks hold fewer than {{ var("trend_min_postings") }} of them'
            when group_count < {{ var('trend_min_voices') }}
                then 'the postings are of too few employers'
        end as reason,
        -- Over groups of employers, how far the postings that count differ from the share that is due.
        (count_squares - 2 * share * products + share * share * group_squares)
        * group_count / nullif(group_count - 1, 0) / power(cast(total_count as double), 2) as variance
    from shares

),

-- As many independent postings would be as sure of the share: at most all; where none or all count, as many as the
-- bursts of employers make.
sized as (

    select
        *,
        case
            when variance > 1e-12 then least(share * (1 - share) / variance, total_count)
            else power(cast(total_count as double), 2) / squares
        end as sample_size,
        {{ students_t('nullif(group_count - 1, 0)') }} as t
    from judged

),

intervals as (

    select
        *,
        (share + t * t / (2 * sample_size)) / (1 + t * t / sample_size) as centre,
        t * sqrt(share * (1 - share) / sample_size + t * t / (4 * sample_size * sample_size))
        / (1 + t * t / sample_size) as half_width,
        case
            when reason is null
                then cast(row_number() over (
                    partition by measure, week_start order by posting_count desc, name asc
                ) as bigint)
        end as rank
    from sized

)

select
    measure,
    name,
    week_start,
    posting_count,
    total_count,
    case when reason is null then share end as share,
    case when reason is null then greatest(least(centre - half_width, share), 0) end as low,
    case when reason is null then least(greatest(centre + half_width, share), 1) end as high,
    rank,
    collection_status,
    reason,
    rank as share_rank
from intervals
