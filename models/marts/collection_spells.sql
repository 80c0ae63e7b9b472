with weeks as (

    select * from {{ ref('int_collection_weeks') }}

),

last_week as (

    select max(week_number) as week_number
    from weeks

),

-- Texts that are missing, in the weeks around each as in the week itself.
texts as (

    select
        *,
        sum(missing_count) over nearby as missing_nearby,
        sum(job_count) over nearby as jobs_nearby
    from weeks
    where source <> 'all sources'
    window nearby as (partition by source order by week_number rows between 2 preceding and 2 following)

),

told as (

    select
        status as kind,
        source,
        week_start,
        week_number,
        job_count,
        missing_count,
        usual_count
    from weeks
    where status <> 'usual' and not (source = 'all sources' and status = 'starting')
    union all
    select
        'missing_text' as kind,
        source,
        week_start,
        week_number,
        job_count,
        missing_count,
        usual_count
    from texts
    where missing_count > 0 and missing_nearby > {{ var('collection_missing_text_share') }} * jobs_nearby

),

islands as (

    select
        *,
        week_number - row_number() over (partition by kind, source order by week_number) as island
    from told

),

spells as (

    select
        kind,
        source,
        min(week_start) as first_week,
        max(week_start) as last_week,
        max(week_number) as last_number,
        count(*) as week_count,
        sum(job_count) as job_count,
        sum(missing_count) as missing_count,
        max(usual_count) as usual_count
    from islands
    group by kind, source, island

),

worded as (

    select
        spells.*,
        coalesce(boards.display_name, spells.source) as name,
        concat(
            case
                when spells.first_week = spells.last_week then 'in the week of '
                when spells.last_number = last_week.week_number then 'since the week of '
                else 'from the week of '
            end,
            cast(spells.first_week as string),
            case
                when spells.first_week = spells.last_week or spells.last_number = last_week.week_number then ''
                else concat(' to that of ', cast(spells.last_week as string))
            end
        ) as period,
        concat(
            cast(cast(round(cast(spells.job_count as double) / spells.week_count) as bigint) as string), ' a week'
        ) as rate,
        concat(cast(cast(round(spells.usual_count) as bigint) as string), ' usually') as usual_rate
    from spells
    left join {{ ref('boards') }} as boards on spells.source = boards.source
    cross join last_week

)

select
    kind,
    source,
    first_week,
    last_week,
    case kind
        when 'starting'
            then
                concat(
                    name,
                    ' starts in the week of ',
                    cast(first_week as string),
                    ', with ',
                    rate,
                    ' at first, ',
                    usual_rate
                )
        when 'stopped' then concat(name, ': no postings ', period, ', ', usual_rate)
        when 'silent' then concat(name, ': no postings ', period, ', ', usual_rate)
        when 'missing_text'
            then concat(
                name, ': ', cast(missing_count as string), ' of ', cast(job_count as string), ' postings ', period,
                ' came without text'
            )
        else concat(name, ': ', rate, ' ', period, ', ', usual_rate)
    end as message
from worded
where kind <> 'missing_text' or missing_count >= {{ var('collection_min_postings') }}
