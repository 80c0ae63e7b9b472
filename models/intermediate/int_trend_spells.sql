with all_sources as (

    select max(usual_count) as usual_count
    from {{ ref('int_collection_weeks') }}
    where source = 'all sources'

),

-- What lies in both windows alike moves nothing between them; what starts between them is in one alone.
touched as (

    select
        windows.comparison,
        spells.kind,
        spells.source,
        spells.part,
        spells.first_week,
        spells.message,
        cast(spells.usual_count as double) / all_sources.usual_count as usual_share
    from {{ ref('int_trend_windows') }} as windows
    inner join {{ ref('collection_spells') }} as spells
        on
            (windows.recent_first <= spells.last_week and windows.recent_last >= spells.first_week)
            or (windows.before_first <= spells.last_week and windows.before_last >= spells.first_week)
            or (spells.kind = 'starting' and spells.first_week between windows.before_first and windows.recent_last)
    cross join all_sources
    where
        windows.before_first is not null
        and spells.source <> 'all sources'
        and (windows.before_first < spells.first_week or windows.recent_last > spells.last_week)
        and spells.usual_count >= {{ var('collection_told_share') }} * all_sources.usual_count

),

ranked as (

    select
        *,
        row_number() over (
            partition by comparison order by usual_share desc, source asc, part asc, first_week desc, kind asc
        ) as spell_rank,
        count(*) over (partition by comparison) as spell_count
    from touched

)

select
    comparison,
    -- A search decides which roles are found; where it starts or ends, those of others are still compared.
    max(case
        when kind <> 'missing_text' and part = 'all' and usual_share >= {{ var('collection_major_share') }} then 1
        else 0
    end) = 1 as is_major,
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
