-- Weeks without postings in a row bear one number, those before the first posting 0.
with counts as (

    select
        *,
        sum(case when job_count > 0 then 1 else 0 end) over (
            partition by source, part order by week_number
        ) as silence
    from {{ ref('int_collection_counts') }}

),

silences as (

    select
        *,
        sum(case when job_count = 0 then 1 else 0 end) over one_silence as silent_weeks,
        sum(case when job_count = 0 then held_count else 0 end) over one_silence as silent_count,
        max(week_number) over one_silence as silent_until,
        sum(case when silence = 0 then held_count else 0 end) over all_weeks as count_before,
        sum(case when silence > 0 then held_count else 0 end) over all_weeks as count_since,
        cast(sum(job_count) over all_weeks as double) as total_count,
        max(week_number) over () as last_number
    from counts
    window one_silence as (partition by source, part, silence), all_weeks as (partition by source, part)

),

-- How many postings were missed in weeks without any, and in those before the first, by the rate of the other weeks.
missed as (

    select
        *,
        case
            when job_count = 0 and count_since > silent_count
                then silent_count * total_count / (count_since - silent_count)
        end as missed_count,
        count_before * total_count / count_since as missed_before,
        power({{ var('collection_deviations') }}, 2) * burst as told_count
    from silences
    where silence > 0

),

odd_weeks as (

    select
        counts.source,
        counts.part,
        counts.week_number,
        runs.kind,
        runs.last_number - runs.first_number + 1 as run_weeks
    from counts
    inner join {{ ref('int_collection_runs') }} as runs
        on
            counts.source = runs.source
            and coalesce(counts.part, '') = coalesce(runs.part, '')
            and counts.week_number between runs.first_number and runs.last_number

)

select
    missed.source,
    missed.part,
    missed.week_start,
    missed.week_number,
    missed.job_count,
    missed.late_count,
    missed.missing_count,
    missed.usual_count,
    case
        when
            missed.missed_count >= missed.told_count
            -- Weeks without postings among others with a few are one thin spell.
            and (odd_weeks.run_weeks is null or 2 * missed.silent_weeks >= odd_weeks.run_weeks)
            then case when missed.silent_until = missed.last_number then 'stopped' else 'silent' end
        when
            missed.week_number < missed.first_number + {{ var('trend_window_weeks') }}
            and missed.missed_before >= missed.told_count
            then 'starting'
        else coalesce(odd_weeks.kind, 'usual')
    end as status
from missed
left join odd_weeks
    on
        missed.source = odd_weeks.source
        and coalesce(missed.part, '') = coalesce(odd_weeks.part, '')
        and missed.week_number = odd_weeks.week_number
