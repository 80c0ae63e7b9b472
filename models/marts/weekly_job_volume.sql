with counts as (

    select
        week_start,
        count(*) as job_count,
        count(*) filter (where is_ai_posting) as ai_job_count,
        sum(observation_count) as observation_count
    from {{ ref('fct_job_postings') }}
    group by week_start

),

collected as (

    select
        week_start,
        source,
        job_count,
        usual_count,
        status
    from {{ ref('int_collection_weeks') }}
    where part is null

),

covered as (

    select count(*) as week_count
    from {{ ref('dim_weeks') }}
    where is_in_bounds

),

usual as (

    select
        collected.source,
        max(collected.usual_count) as usual_count,
        sum(collected.job_count) / cast(max(covered.week_count) as double) as mean_count
    from collected
    cross join covered
    group by collected.source

),

all_usual as (

    select usual_count
    from usual
    where source = 'all sources'

),

-- What all sources together show, and what one that makes up much of them does: what was loaded once (a thread) and is
-- over has no say on the weeks ever after.
signs as (

    select
        collected.week_start,
        max(case when collected.source = 'all sources' then collected.status end) as status,
        coalesce(max(case
            when
                collected.source <> 'all sources' and collected.status = 'starting'
                and collected.usual_count >= {{ var('collection_major_share') }} * all_usual.usual_count
                then 1
        end), 0) as is_starting,
        coalesce(max(case
            when
                collected.source <> 'all sources' and collected.status = 'surge'
                and collected.job_count - collected.usual_count
                >= {{ var('collection_major_share') }} * all_usual.usual_count
                then 1
        end), 0) as is_surge,
        coalesce(max(case
            when
                collected.source <> 'all sources' and collected.status in ('thin', 'silent', 'stopped')
                and collected.usual_count - collected.job_count
                >= {{ var('collection_major_share') }} * all_usual.usual_count
                and usual.mean_count >= {{ var('collection_major_share') }} * all_usual.usual_count
                then 1
        end), 0) as is_thin
    from collected
    inner join usual on collected.source = usual.source
    cross join all_usual
    group by collected.week_start

),

counted as (

    select
        weeks.week_start,
        weeks.is_in_bounds,
        weeks.is_complete_week,
        coalesce(counts.job_count, 0) as job_count,
        coalesce(counts.ai_job_count, 0) as ai_job_count,
        cast(counts.ai_job_count as double) / counts.job_count as ai_share,
        cast(coalesce(counts.observation_count, 0) as bigint) as observation_count,
        case
            when counts.job_count is null or signs.status in ('silent', 'stopped') then 'silent'
            when signs.is_starting = 1 then 'starting'
            when signs.status in ('thin', 'surge') then signs.status
            when signs.is_surge = 1 then 'surge'
            when signs.is_thin = 1 then 'thin'
            else 'usual'
        end as collection_status
    from {{ ref('dim_weeks') }} as weeks
    left join counts on weeks.week_start = counts.week_start
    left join signs on weeks.week_start = signs.week_start

),

-- The weeks that end with each.
windows as (

    select
        week_start,
        cast(sum(job_count) over window_weeks as bigint) as job_count,
        sum(case when is_complete_week then 1 else 0 end) over window_weeks as complete_count,
        max(case when collection_status = 'usual' then 0 else 1 end) over window_weeks = 1 as is_moved
    from counted
    window window_weeks as (
        order by week_start rows between {{ var('trend_window_weeks') - 1 }} preceding and current row
    )

)

select
    counted.week_start,
    counted.job_count,
    counted.ai_job_count,
    counted.ai_share,
    counted.observation_count,
    counted.is_in_bounds,
    counted.is_complete_week,
    cast(round(expected.expected_count) as bigint) as expected_job_count,
    cast(floor(expected.expected_low) as bigint) as expected_low,
    cast(ceil(expected.expected_high) as bigint) as expected_high,
    counted.collection_status,
    {{ var('trend_window_weeks') }} as window_weeks,
    windows.job_count as window_job_count,
    windows.is_moved as window_is_moved,
    cast(round(expected_window.expected_count) as bigint) as window_expected_count,
    cast(floor(expected_window.expected_low) as bigint) as window_expected_low,
    cast(ceil(expected_window.expected_high) as bigint) as window_expected_high
from counted
left join {{ ref('int_expected_counts') }} as expected
    on counted.week_start = expected.week_start and expected.week_count = 1 and counted.is_complete_week
left join windows
    on counted.week_start = windows.week_start and windows.complete_count = {{ var('trend_window_weeks') }}
left join {{ ref('int_expected_counts') }} as expected_window
    on
        windows.week_start = expected_window.week_start
        and expected_window.week_count = {{ var('trend_window_weeks') }}
