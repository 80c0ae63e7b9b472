with last_week as (

    select max(week_number) as week_number
    from {{ ref('int_collection_weeks') }}

),

-- Texts that are missing, in the weeks around each as in the week itself.
texts as (

    select
        *,
        sum(missing_count) over nearby as missing_nearby,
        sum(job_count - late_count) over nearby as jobs_nearby
    from {{ ref('int_collection_weeks') }}
    where source <> 'all sources' and part is null
    window nearby as (partition by source order by week_number rows between 2 preceding and 2 following)

),

told as (

    select
        status as kind,
        source,
        part,
        week_start,
        week_number,
        job_count,
        late_count,
        missing_count,
        usual_count
    from {{ ref('int_collection_weeks') }}
    where status <> 'usual' and not (source = 'all sources' and status = 'starting')
    union all
    select
        'missing_text' as kind,
        source,
        part,
        week_start,
        week_number,
        job_count,
        late_count,
        missing_count,
        usual_count
    from texts
    where missing_count > 0 and missing_nearby > {{ var('collection_missing_text_share') }} * jobs_nearby

),

islands as (

    select
        *,
        week_number - row_number() over (partition by kind, source, part order by week_number) as island
    from told

),

spells as (

    select
        kind,
        source,
        part,
        min(week_start) as first_week,
        max(week_start) as last_week,
        max(week_number) as last_number,
        count(*) as week_count,
        sum(job_count) as job_count,
        sum(late_count) as late_count,
        sum(missing_count) as missing_count,
        max(usual_count) as usual_count
    from islands
    group by kind, source, part, island

),

-- Countries and searches that start or end together are told together.
together as (

    select
        kind,
        source,
        nullif(array_to_string(array_sort(array_agg(part)), ', '), '') as part,
        first_week,
        last_week,
        last_number,
        week_count,
        sum(job_count) as job_count,
        sum(late_count) as late_count,
        sum(missing_count) as missing_count,
        sum(usual_count) as usual_count
    from spells
    group by kind, source, part is null, first_week, last_week, last_number, week_count

),

worded as (

    select
        together.*,
        concat(
            coalesce(boards.display_name, together.source),
            coalesce(' (' || together.part || ')', '')
        ) as name,
        case
            when together.first_week = together.last_week
                then concat('in the week of ', cast(together.first_week as string))
            when together.last_number = last_week.week_number
                then concat('since the week of ', cast(together.first_week as string))
            else
                concat(
                    'from the week of ', cast(together.first_week as string),
                    ' to that of ', cast(together.last_week as string)
                )
        end as period,
        concat(
            cast(cast(round(cast(together.job_count as double) / together.week_count) as bigint) as string), ' a week',
            case when together.late_count > 0 then ' with late ones' else '' end
        ) as rate,
        concat(cast(together.usual_count as string), ' usually') as usual_rate
    from together
    left join {{ ref('boards') }} as boards on together.source = boards.source
    cross join last_week

)

select
    kind,
    source,
    coalesce(part, 'all') as part,
    first_week,
    last_week,
    cast(usual_count as bigint) as usual_count,
    case
        when kind = 'starting'
            then concat(
                name, ' starts in the week of ', cast(first_week as string), ', with ', rate, ' at first, ', usual_rate
            )
        when kind in ('stopped', 'silent')
            then concat(name, ': no postings ', period, ', ', usual_rate)
        when kind = 'missing_text'
            then concat(
                name, ': ', cast(missing_count as string), ' of ', cast(job_count - late_count as string), ' postings ',
                period, ' came without text'
            )
        else concat(name, ': ', rate, ' ', period, ', ', usual_rate)
    end as message
from worded
where kind <> 'missing_text' or missing_count >= {{ var('collection_min_postings') }}
