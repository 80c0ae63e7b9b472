with weeks as (

    select
        week_start,
        row_number() over (order by week_start) as week_number
    from {{ ref('weekly_job_volume') }}
    where is_complete_week

),

postings as (

    select * from {{ ref('fct_job_postings') }}

),

counts as (

    select
        source,
        week_start,
        count(*) as job_count
    from postings
    where source is not null
    group by source, week_start
    union all
    select
        null as source,
        week_start,
        count(*) as job_count
    from postings
    group by week_start

),

first_weeks as (

    select
        counts.source,
        min(weeks.week_number) as week_number
    from counts
    inner join weeks on counts.week_start = weeks.week_start
    group by counts.source

),

source_weeks as (

    select
        first_weeks.source,
        weeks.week_start,
        weeks.week_number - first_weeks.week_number as weeks_before,
        coalesce(counts.job_count, 0) as job_count
    from first_weeks
    inner join weeks on first_weeks.week_number <= weeks.week_number
    left join counts
        on first_weeks.source is not distinct from counts.source and weeks.week_start = counts.week_start

),

compared as (

    select
        source,
        week_start,
        weeks_before,
        job_count,
        avg(job_count) over (
            partition by source
            order by week_start
            rows between {{ var('collection_usual_weeks') }} preceding and 1 preceding
        ) as usual_count
    from source_weeks

),

thin_weeks as (

    select
        source,
        week_start,
        job_count,
        usual_count
    from compared
    where
        weeks_before >= {{ var('collection_usual_weeks') }}
        and usual_count >= {{ var('collection_min_postings') }}
        and job_count < {{ var('collection_thin_share') }} * usual_count

),

texts as (

    select
        source,
        max(week_start) as week_start,
        count(*) as job_count,
        count(*) filter (where not has_text) as missing_count
    from postings
    where source is not null
    group by source

)

select
    case
        when source is null then 'thin_week'
        when job_count = 0 then 'silent_source'
        else 'thin_source'
    end as kind,
    coalesce(source, 'all sources') as source,
    week_start,
    job_count as posting_count,
    cast(round(usual_count) as bigint) as expected_count,
    concat(
        coalesce(source, 'all sources'), ': ', cast(job_count as {{ dbt.type_string() }}), ' postings in the week of ',
        cast(week_start as {{ dbt.type_string() }}), ', about ',
        cast(cast(round(usual_count) as bigint) as {{ dbt.type_string() }}), ' a week before'
    ) as message
from thin_weeks
union all
select
    'missing_text' as kind,
    source,
    week_start,
    missing_count as posting_count,
    cast(0 as bigint) as expected_count,
    concat(
        source, ': ', cast(missing_count as {{ dbt.type_string() }}), ' of ',
        cast(job_count as {{ dbt.type_string() }}), ' postings came without text'
    ) as message
from texts
where
    missing_count >= {{ var('collection_min_postings') }}
    and missing_count > {{ var('collection_missing_text_share') }} * job_count
