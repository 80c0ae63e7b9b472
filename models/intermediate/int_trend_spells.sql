with windows as (

    select * from {{ ref('int_trend_windows') }}

),

usual as (

    select
        source,
        max(usual_count) as usual_count
    from {{ ref('int_collection_weeks') }}
    group by source

),

spells as (

    select
        spells.kind,
        spells.source,
        spells.first_week,
        spells.last_week,
        spells.message,
        cast(usual.usual_count as double) / all_usual.usual_count as usual_share
    from {{ ref('collection_spells') }} as spells
    inner join usual on spells.source = usual.source
    inner join usual as all_usual on all_usual.source = 'all sources'
    where spells.source <> 'all sources'

),

touched as (

    select
        windows.comparison,
        spells.kind,
        spells.source,
        spells.first_week,
        spells.message,
        spells.usual_share
    from windows
    inner join spells
        on
            (windows.recent_first <= spells.last_week and windows.recent_last >= spells.first_week)
            or (windows.before_first <= spells.last_week and windows.before_last >= spells.first_week)
    where windows.before_first is not null and spells.usual_share >= {{ var('collection_told_share') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by comparison order by usual_share desc, source asc, first_week desc, kind asc
        ) as spell_rank,
        count(*) over (partition by comparison) as spell_count
    from touched

)

select
    comparison,
    max(case when kind <> 'missing_text' and usual_share >= {{ var('collection_major_share') }} then 1 else 0 end) = 1
        as is_major,
    concat(
        'collection moved: ',
        max(case when spell_rank = 1 then message end),
        coalesce(max(case when spell_rank = 2 then concat('; ', message) end), ''),
        case
            when max(spell_count) > 2 then concat('; ', cast(max(spell_count) - 2 as string), ' more')
            else ''
        end
    ) as message
from ranked
group by comparison
