with days_of_week as (

    select cast(unnest(generate_series(0, 6, 1)) as integer) as day_of_week

),

holidays as (

    select weeks.week_start
    from {{ ref('dim_weeks') }} as weeks
    cross join days_of_week
    where
        right(cast(weeks.week_start + days_of_week.day_of_week as string), 5)
        in ('{{ var("collection_holidays") | join("', '") }}')  -- noqa: LT05

),

weeks as (

    select
        week_start,
        row_number() over (order by week_start) as week_number,
        week_start in (select holidays.week_start from holidays) as is_holiday
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
            {{ source }} as source,
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

-- What is still to come of the newest weeks, with the variance of what is expected in all.
late as (

    {% for source in ["source", "'all sources'"] -%}
        select
            {{ source }} as source,
            week_start,
            sum(cast(late_count as decimal(28, 12))) as late_count,
            sum(cast(expected_count * expected_count * burst * (of_postings + of_delays) as decimal(28, 12)))
                as late_variance
        from {{ ref('int_late_weeks') }}
        group by {{ source }}, week_start
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

counts as (

    select
        come.source,
        come.part,
        come.week_start,
        come.job_count as come_count,
        come.missing_count,
        come.squares,
        cast(round(come.job_count + coalesce(late.late_count, 0)) as bigint) as job_count,
        cast(round(come.job_count + coalesce(late.late_count, 0)) as bigint) - come.job_count as late_count,
        cast(coalesce(late.late_variance, 0) as double) as late_variance
    from come
    left join late on come.source = late.source and come.week_start = late.week_start and come.part = ''

),

-- The level that is usual: the median of the weeks' counts, each week with the root of its count as weight, so that
-- neither a long silence nor a short flood is what is usual.
ranked as (

    select
        source,
        part,
        job_count,
        sum(cast(sqrt(job_count) as decimal(18, 6))) over (
            partition by source, part order by job_count, week_start
        ) as weight_so_far,
        sum(cast(sqrt(job_count) as decimal(18, 6))) over (partition by source, part) as weight
    from counts

),

usual as (

    select
        source,
        part,
        min(job_count) as usual_count
    from ranked
    where weight_so_far >= weight / 2
    group by source, part

),

sources as (

    select
        counts.source,
        counts.part,
        usual.usual_count,
        min(weeks.week_number) as first_number,
        -- By so much the variance of a count is larger than that of as many separate events: employers post in bursts.
        cast(sum(counts.squares) as double) / sum(counts.come_count) as burst
    from counts
    inner join weeks on counts.week_start = weeks.week_start
    inner join usual on counts.source = usual.source and counts.part = usual.part
    inner join usual as whole on whole.source = 'all sources'
    -- Parts that hold little say little.
    where counts.part = '' or usual.usual_count >= {{ var('collection_told_share') }} * whole.usual_count
    group by counts.source, counts.part, usual.usual_count
    -- One employer is no country.
    having counts.part = '' or power(sum(counts.come_count), 2) >= {{ var('trend_min_voices') }} * sum(counts.squares)

),

-- Postings are to be expected of a source by weeks, of a part by what came of its source.
every_week as (

    select
        sources.*,
        weeks.week_start,
        weeks.week_number,
        weeks.is_holiday,
        coalesce(counts.job_count, 0) as job_count,
        coalesce(counts.late_count, 0) as late_count,
        coalesce(counts.missing_count, 0) as missing_count,
        coalesce(counts.late_variance, 0) as late_variance,
        case when sources.part = '' then 1 else coalesce(whole.come_count, 0) end as held_count,
        sum(case when counts.job_count > 0 then 1 else 0 end) over (
            partition by sources.source, sources.part order by weeks.week_number
        ) as silence
    from sources
    cross join weeks
    left join counts
        on sources.source = counts.source and sources.part = counts.part and weeks.week_start = counts.week_start
    left join counts as whole
        on sources.source = whole.source and whole.part = '' and weeks.week_start = whole.week_start

),

totals as (

    select
        source,
        part,
        sum(job_count) as job_count,
        sum(held_count) as held_count
    from every_week
    where silence > 0
    group by source, part

),

-- How many postings were missed in weeks without any, those before the first too, by the rate of the other weeks.
silences as (

    select
        silent.source,
        silent.part,
        silent.silence,
        count(*) as silent_weeks,
        max(silent.week_number) as last_number,
        sum(silent.held_count) * cast(totals.job_count as double)
        / (totals.held_count - case when silent.silence > 0 then sum(silent.held_count) else 0 end) as missed_count
    from every_week as silent
    inner join totals on silent.source = totals.source and silent.part = totals.part
    where silent.job_count = 0
    group by silent.source, silent.part, silent.silence, totals.job_count, totals.held_count

),

-- From one week to the next the square of a difference is as large as the sum, times what bursts and what moves a whole
-- week make of it; its median knows no steps (0.4549 is that of chi square).
source_weeks as (

    select
        *,
        case
            when job_count + lag(job_count) over (partition by source order by week_number) > 0
                then
                    cast(power(job_count - lag(job_count) over (partition by source order by week_number), 2) as double)
                    / (job_count + lag(job_count) over (partition by source order by week_number))
        end as difference
    from every_week
    where part = '' and first_number <= week_number

),

spreads as (

    select
        source,
        greatest(max(burst), coalesce(median(difference) / 0.4549, 1)) as spread
    from source_weeks
    group by source

),

spans as (

    select span
    from (values ({{ var('collection_weeks') }}), ({{ var('collection_long_weeks') }})) as listed (span)

),

-- The weeks before and after each, and from it on, a few of them and many: the latter tell a step of a small source.
sides as (

    select
        judged.source,
        judged.week_number,
        spans.span,
        median(other.job_count) filter (where other.week_number < judged.week_number) as count_before,
        count(*) filter (where other.week_number < judged.week_number) as weeks_before,
        median(other.job_count) filter (
            where other.week_number between judged.week_number and judged.week_number + spans.span - 1
        ) as count_from,
        count(*) filter (
            where other.week_number between judged.week_number and judged.week_number + spans.span - 1
        ) as weeks_from,
        median(other.job_count) filter (where other.week_number > judged.week_number) as count_after,
        median(other.job_count) filter (
            where other.week_number between judged.week_number - 2 and judged.week_number + 2
        ) as level_count,
        median(other.job_count) as count_around
    from source_weeks as judged
    cross join spans
    inner join source_weeks as other
        on
            judged.source = other.source
            and other.week_number between judged.week_number - spans.span and judged.week_number + spans.span
    group by judged.source, judged.week_number, spans.span

),

few as (

    select * from sides
    where span = {{ var('collection_weeks') }}

),

-- In standard deviations, how far the level steps up or down in a week. A drift shows among many weeks, but little of
-- it among a few.
steps as (

    select
        sides.source,
        sides.week_number,
        (sides.count_from - sides.count_before) / sqrt(
            spreads.spread * greatest(sides.count_before, sides.count_from)
            * (1.0 / sides.weeks_before + 1.0 / sides.weeks_from)
        ) as step_size
    from sides
    inner join few on sides.source = few.source and sides.week_number = few.week_number
    inner join spreads on sides.source = spreads.source
    where
        sides.weeks_before >= 2
        and sides.weeks_from >= 2
        and sides.count_before <> sides.count_from
        and least(sides.count_before, sides.count_from)
        <= {{ var('collection_lasting_share') }} * greatest(sides.count_before, sides.count_from)
        and power(sides.count_from - sides.count_before, 2)
        <= 2 * (sides.count_from - sides.count_before) * (few.count_from - few.count_before)

),

-- Where fewer postings are published by themselves, that is no dip.
judged as (

    select
        source_weeks.source,
        source_weeks.week_number,
        source_weeks.late_variance,
        few.count_before,
        few.count_after,
        many.count_around,
        case
            when source_weeks.is_holiday
                then greatest(
                    source_weeks.job_count,
                    least(
                        source_weeks.job_count / {{ var('collection_holiday_share') }},
                        few.count_before,
                        few.count_after
                    )
                )
            else source_weeks.job_count
        end as job_count
    from source_weeks
    inner join few on source_weeks.source = few.source and source_weeks.week_number = few.week_number
    inner join sides as many
        on
            source_weeks.source = many.source
            and source_weeks.week_number = many.week_number
            and many.span = {{ var('collection_long_weeks') }}

),

summed as (

    select
        *,
        sum(cast(job_count as decimal(28, 12))) over so_far as jobs_so_far,
        sum(cast(late_variance as decimal(28, 12))) over so_far as variance_so_far
    from judged
    window so_far as (partition by source order by week_number)

),

-- Weeks in a row, from the first to the last of them. DuckDB and Spark leave out a side that is not there.
runs as (

    select
        opening.source,
        opening.week_number as first_number,
        closing.week_number as last_number,
        opening.count_around,
        closing.week_number - opening.week_number + 1 as run_weeks,
        cast(closing.jobs_so_far - opening.jobs_so_far as double) + opening.job_count as run_count,
        cast(closing.variance_so_far - opening.variance_so_far as double) + opening.late_variance as late_variance,
        least(opening.job_count, closing.job_count) as lower_end,
        greatest(opening.job_count, closing.job_count) as upper_end,
        least(opening.count_before, closing.count_after) as lower_side,
        greatest(opening.count_before, closing.count_after) as upper_side
    from summed as opening
    inner join summed as closing
        on
            opening.source = closing.source
            and closing.week_number
            between opening.week_number and opening.week_number + {{ 2 * var('collection_weeks') - 1 }}

),

-- Demand of a whole source does not fall from one week to the next and come back soon, nor rise so.
odd_runs as (

    select
        runs.source,
        runs.first_number,
        runs.last_number,
        case when runs.upper_end < runs.lower_side then 'thin' else 'surge' end as kind
    from runs
    inner join spreads on runs.source = spreads.source
    where
        (
            runs.upper_end < {{ var('collection_thin_share') }} * runs.lower_side
            and runs.run_count
            < {{ var('collection_thin_share') }} * runs.run_weeks * least(runs.lower_side, runs.count_around)
            and runs.run_weeks * runs.lower_side - runs.run_count >= {{ var('collection_deviations') }} * sqrt(
                spreads.spread * runs.run_weeks * runs.lower_side
                * (1 + 0.5 * runs.run_weeks / {{ var('collection_weeks') }})
                + runs.late_variance
            )
        )
        or (
            {{ var('collection_thin_share') }} * runs.lower_end > runs.upper_side
            and {{ var('collection_thin_share') }} * runs.run_count
            > runs.run_weeks * greatest(runs.upper_side, runs.count_around)
            and runs.run_count - runs.run_weeks * runs.upper_side >= {{ var('collection_deviations') }} * sqrt(
                spreads.spread * runs.run_count * (1 + 0.5 * runs.run_weeks / {{ var('collection_weeks') }})
                + runs.late_variance
            )
        )

),

-- A level that is not the usual one, from the first week to the last that is not so itself.
levels as (

    select
        source_weeks.source,
        source_weeks.week_number,
        source_weeks.job_count,
        source_weeks.usual_count,
        case
            when few.level_count < {{ var('collection_lasting_share') }} * source_weeks.usual_count then 'thin'
            when {{ var('collection_lasting_share') }} * few.level_count > source_weeks.usual_count then 'surge'
            else 'usual'
        end as level_kind
    from source_weeks
    inner join few on source_weeks.source = few.source and source_weeks.week_number = few.week_number

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
        min(week_number) as first_number,
        max(week_number) as last_number,
        case level_kind when 'thin' then -1 else 1 end as direction
    from numbered
    where
        (level_kind = 'thin' and job_count < {{ var('collection_thin_share') }} * usual_count)
        or (level_kind = 'surge' and {{ var('collection_thin_share') }} * job_count > usual_count)
    group by source, level_kind, stretch

),

odd_weeks as (

    select
        source_weeks.source,
        source_weeks.week_number,
        max(odd_runs.kind) as kind
    from source_weeks
    inner join odd_runs
        on
            source_weeks.source = odd_runs.source
            and source_weeks.week_number between odd_runs.first_number and odd_runs.last_number
    group by source_weeks.source, source_weeks.week_number

),

-- Demand drifts, collection steps: a stretch is told where it begins or ends at a step.
stepped as (

    select distinct
        stretches.source,
        stretches.level_kind,
        stretches.first_number,
        stretches.last_number
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

)

select
    every_week.source,
    nullif(every_week.part, '') as part,
    every_week.week_start,
    every_week.week_number,
    every_week.job_count,
    every_week.late_count,
    cast(every_week.missing_count as bigint) as missing_count,
    every_week.usual_count,
    case
        when
            every_week.job_count = 0
            and silences.missed_count >= power({{ var('collection_deviations') }}, 2) * every_week.burst
            -- Weeks without postings among others with a few are one thin spell.
            and (
                stepped.source is null
                or 2 * silences.silent_weeks >= stepped.last_number - stepped.first_number + 1
            )
            then
                case
                    when silences.last_number = max(every_week.week_number) over () then 'stopped'
                    else 'silent'
                end
        when
            every_week.week_number < every_week.first_number + {{ var('trend_window_weeks') }}
            and before_first.missed_count >= power({{ var('collection_deviations') }}, 2) * every_week.burst
            then 'starting'
        else coalesce(stepped.level_kind, odd_weeks.kind, 'usual')
    end as status
from every_week
left join silences
    on
        every_week.source = silences.source
        and every_week.part = silences.part
        and every_week.silence = silences.silence
left join silences as before_first
    on every_week.source = before_first.source and every_week.part = before_first.part and before_first.silence = 0
left join stepped
    on
        every_week.source = stepped.source
        and every_week.part = ''
        and every_week.week_number between stepped.first_number and stepped.last_number
left join odd_weeks
    on
        every_week.source = odd_weeks.source
        and every_week.part = ''
        and every_week.week_number = odd_weeks.week_number
where every_week.week_number >= every_week.first_number
