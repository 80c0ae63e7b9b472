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
        week_start,
        has_text,
        coalesce(employer_id, posting_id) as voice
    from {{ ref('fct_job_postings') }}
    where week_start in (select weeks.week_start from weeks)

),

voices as (

    select
        source,
        week_start,
        voice,
        count(*) as job_count,
        count(*) filter (where not has_text) as missing_count
    from postings
    group by source, week_start, voice

),

-- Each source, and all of them together.
counts as (

    select
        source,
        week_start,
        sum(job_count) as job_count,
        sum(missing_count) as missing_count,
        sum(job_count * job_count) as squares
    from voices
    group by source, week_start
    union all
    select
        'all sources' as source,
        week_start,
        sum(job_count) as job_count,
        sum(missing_count) as missing_count,
        sum(job_count * job_count) as squares
    from voices
    group by week_start

),

sources as (

    select
        counts.source,
        min(weeks.week_number) as first_number,
        -- By so much the variance of a count is larger than that of as many separate events: employers post in bursts.
        cast(sum(counts.squares) as double) / sum(counts.job_count) as burst
    from counts
    inner join weeks on counts.week_start = weeks.week_start
    group by counts.source

),

source_weeks as (

    select
        sources.source,
        sources.burst,
        sources.first_number,
        weeks.week_start,
        weeks.week_number,
        coalesce(counts.job_count, 0) as job_count,
        coalesce(counts.missing_count, 0) as missing_count
    from sources
    inner join weeks on sources.first_number <= weeks.week_number
    left join counts on sources.source = counts.source and weeks.week_start = counts.week_start

),

-- The level that is usual: the median of the weeks' counts, each week with the root of its count as weight, so that
-- neither a long silence nor a short flood is what is usual.
ranked as (

    select
        source,
        job_count,
        sum(cast(sqrt(job_count) as decimal(18, 6))) over (
            partition by source order by job_count, week_number
        ) as weight_so_far,
        sum(cast(sqrt(job_count) as decimal(18, 6))) over (partition by source) as weight
    from source_weeks

),

usual as (

    select
        source,
        min(job_count) as usual_count
    from ranked
    where weight_so_far >= weight / 2
    group by source

),

-- Medians of the weeks around each week: single weeks that stand out move them little.
around as (

    select
        judged.source,
        judged.week_number,
        median(other.job_count) filter (
            where other.week_number <> judged.week_number
            and other.week_number between judged.week_number - {{ var('collection_weeks') }}
            and judged.week_number + {{ var('collection_weeks') }}
        ) as count_around,
        median(other.job_count) filter (
            where other.week_number between judged.week_number - 2 and judged.week_number + 2
        ) as level_count
    from source_weeks as judged
    inner join source_weeks as other
        on
            judged.source = other.source
            and other.week_number between judged.week_number - {{ var('collection_weeks') }}
            and judged.week_number + {{ var('collection_weeks') }}
    group by judged.source, judged.week_number

),

spans as (

    select span
    from (values ({{ var('collection_weeks') }}), ({{ var('collection_long_weeks') }})) as listed (span)

),

-- The weeks before and from each week on, a few of them and many: the latter tell a step of a small source.
sides as (

    select
        judged.source,
        judged.week_number,
        judged.burst,
        spans.span,
        median(other.job_count) filter (where other.week_number < judged.week_number) as count_before,
        count(*) filter (where other.week_number < judged.week_number) as weeks_before,
        median(other.job_count) filter (where other.week_number >= judged.week_number) as count_after,
        count(*) filter (where other.week_number >= judged.week_number) as weeks_after
    from source_weeks as judged
    cross join spans
    inner join source_weeks as other
        on
            judged.source = other.source
            and other.week_number between judged.week_number - spans.span and judged.week_number + spans.span - 1
    group by judged.source, judged.week_number, judged.burst, spans.span

),

-- In standard deviations, how far the level steps up or down in a week.
steps as (

    select
        source,
        week_number,
        (count_after - count_before) / sqrt(
            burst * greatest(count_before, count_after) * (1.0 / weeks_before + 1.0 / weeks_after)
        ) as step_size
    from sides
    where
        weeks_before >= 2
        and weeks_after >= 2
        and count_before <> count_after
        and least(count_before, count_after)
        <= {{ var('collection_lasting_share') }} * greatest(count_before, count_after)

),

levels as (

    select
        source_weeks.*,
        usual.usual_count,
        -- A week that stands out from those around it.
        case
            when
                source_weeks.job_count < {{ var('collection_thin_share') }} * around.count_around
                and source_weeks.job_count < {{ var('collection_lasting_share') }} * usual.usual_count
                and around.count_around - source_weeks.job_count
                >= {{ var('collection_deviations') }} * sqrt(source_weeks.burst * around.count_around)
                then 'thin'
            when
                {{ var('collection_thin_share') }} * source_weeks.job_count > around.count_around
                and {{ var('collection_lasting_share') }} * source_weeks.job_count > usual.usual_count
                and source_weeks.job_count - around.count_around
                >= {{ var('collection_deviations') }} * sqrt(source_weeks.burst * source_weeks.job_count)
                then 'surge'
        end as week_kind,
        -- A level that is not the usual one.
        case
            when around.level_count < {{ var('collection_lasting_share') }} * usual.usual_count then 'thin'
            when {{ var('collection_lasting_share') }} * around.level_count > usual.usual_count then 'surge'
            else 'usual'
        end as level_kind
    from source_weeks
    inner join usual on source_weeks.source = usual.source
    inner join around
        on source_weeks.source = around.source and source_weeks.week_number = around.week_number

),

numbered as (

    select
        *,
        week_number - row_number() over (partition by source, level_kind order by week_number) as stretch
    from levels

),

stretches as (

    select
        source,
        level_kind,
        stretch,
        min(week_number) as first_number,
        max(week_number) as last_number,
        case level_kind when 'thin' then -1 else 1 end as direction
    from numbered
    where level_kind <> 'usual'
    group by source, level_kind, stretch

),

-- Demand drifts, collection steps: a stretch is told where it begins or ends at a step.
stepped as (

    select distinct
        stretches.source,
        stretches.level_kind,
        stretches.stretch,
        stretches.last_number - stretches.first_number + 1 as week_count
    from stretches
    inner join steps
        on
            stretches.source = steps.source
            and (
                (
                    steps.week_number between stretches.first_number - 2 and stretches.first_number + 2
                    and stretches.direction * steps.step_size >= {{ var('collection_deviations') }}
                )
                or (
                    steps.week_number between stretches.last_number - 1 and stretches.last_number + 3
                    and -stretches.direction * steps.step_size >= {{ var('collection_deviations') }}
                )
            )

),

silences as (

    select
        source,
        week_number,
        job_count,
        sum(case when job_count > 0 then 1 else 0 end) over (partition by source order by week_number) as silence,
        sum(job_count) over (partition by source) as total_count,
        count(*) over (partition by source) as week_count,
        max(week_number) over (partition by source) as last_number
    from source_weeks

),

-- How many postings were to be expected: the mean of the other weeks.
silence_lengths as (

    select
        source,
        week_number,
        count(*) over (partition by source, silence) as silent_weeks,
        count(*) over (partition by source, silence) * cast(total_count as double)
        / (week_count - count(*) over (partition by source, silence)) as missed_count,
        max(week_number) over (partition by source, silence) = last_number as is_last
    from silences
    where job_count = 0

),

starts as (

    select
        source,
        first_number,
        (first_number - 1) * avg(job_count) as missed_count
    from source_weeks
    group by source, first_number

)

select
    numbered.source,
    numbered.week_start,
    numbered.week_number,
    cast(numbered.job_count as bigint) as job_count,
    cast(numbered.missing_count as bigint) as missing_count,
    numbered.usual_count,
    case
        when
            silence_lengths.missed_count >= power({{ var('collection_deviations') }}, 2) * numbered.burst
            -- Weeks without postings among others with a few are one thin spell.
            and (stepped.source is null or 2 * silence_lengths.silent_weeks >= stepped.week_count)
            then case when silence_lengths.is_last then 'stopped' else 'silent' end
        when
            numbered.week_number < numbered.first_number + {{ var('trend_window_weeks') }}
            and starts.missed_count >= power({{ var('collection_deviations') }}, 2) * numbered.burst
            then 'starting'
        when numbered.week_kind is not null then numbered.week_kind
        when stepped.source is not null then numbered.level_kind
        else 'usual'
    end as status
from numbered
inner join starts on numbered.source = starts.source
left join stepped
    on
        numbered.source = stepped.source
        and numbered.level_kind = stepped.level_kind
        and numbered.stretch = stepped.stretch
left join silence_lengths
    on numbered.source = silence_lengths.source and numbered.week_number = silence_lengths.week_number
