with comparisons as (

    select
        comparison,
        recent_first as recent_from,
        cast(recent_last + interval 6 day as date) as recent_to,
        before_first as before_from,
        cast(before_last + interval 6 day as date) as before_to
    from {{ ref('int_trend_windows') }}

),

-- Of how many postings it is not known which search found them.
found as (

    select cast(count(*) - count(search_term) as double) / nullif(count(*), 0) as unknown_share
    from {{ ref('int_trend_postings') }}

),

measured as (

    select
        comparisons.*,
        names.measure,
        names.name,
        changes.recent_count,
        changes.recent_total,
        changes.before_count,
        changes.before_total,
        changes.change_points,
        changes.within_points,
        changes.collection_points,
        changes.role_points,
        changes.matched_share,
        coalesce(echoes.echo_share, 0) as echo_share,
        spells.message as spell_message,
        case when names.measure = 'role_share' then found.unknown_share end as unknown_share,
        errors.standard_error,
        errors.degrees_of_freedom,
        case
            when comparisons.recent_from is null
                then 'there are fewer than {{ var("trend_window_weeks") }} complete weeks'
            when comparisons.before_from is null
                then 'there are too few complete weeks to compare with'
            when coalesce(least(changes.recent_total, changes.before_total), 0) < {{ var('trend_min_postings') }}
                then 'one of the windows holds fewer than {{ var("trend_min_postings") }} such postings'
            when changes.matched_share < {{ var('trend_min_matched_share') }}
                then concat(
                    'only ', cast(cast(round(100 * changes.matched_share) as integer) as string),
                    '% of the postings have their like in the other window'
                )
            when changes.recent_count + changes.before_count < {{ var('trend_min_mentions') }}
                then 'fewer than {{ var("trend_min_mentions") }} postings of both windows count'
            when coalesce(errors.own_group_count, 0) < {{ var('trend_min_voices') }} or errors.standard_error is null
                then 'the postings that count are of too few employers'
            -- A search decides which roles are found.
            when names.measure = 'role_share' and spells.is_major
                then 'other roles may have been searched for'
        end as why_not
    from comparisons
    cross join {{ ref('int_trend_names') }} as names
    cross join found
    left join {{ ref('int_trend_changes') }} as changes
        on
            comparisons.comparison = changes.comparison
            and names.measure = changes.measure
            and names.name = changes.name
    left join {{ ref('int_trend_errors') }} as errors
        on
            comparisons.comparison = errors.comparison
            and names.measure = errors.measure
            and names.name = errors.name
    left join {{ ref('int_trend_echoes') }} as echoes
        on names.measure = echoes.measure and names.name = echoes.name
    left join {{ ref('int_trend_spells') }} as spells on comparisons.comparison = spells.comparison

),

-- How rare a change is if there is none: Wallace's normal deviate (1959) that is as rare as Student's t is ...
judged as (

    select
        *,
        standard_error * {{ students_t('degrees_of_freedom') }} as margin,
        case
            when why_not is not null then null
            when standard_error > 0
                then
                    (8 * degrees_of_freedom + 1) / (8 * degrees_of_freedom + 3) * sqrt(
                        degrees_of_freedom
                        * ln(1 + power((within_points / standard_error), 2) / degrees_of_freedom)
                    )
            else 0
        end as deviate
    from measured

),

-- ... and how often a normal deviate lies as far from 0 (Abramowitz and Stegun 26.2.17, within 2e-7).
tails as (

    select
        *,
        within_points - margin as within_low,
        within_points + margin as within_high,
        1 / (1 + 0.2316419 * deviate) as t
    from judged

),

probabilities as (

    select
        *,
        2 * exp(-power(deviate, 2) / 2) * 0.398942280401433 * t * (
            0.319381530
            + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))
        ) as p_value
    from tails

),

ranked as (

    select
        *,
        row_number() over (partition by measure order by p_value nulls last) as p_rank,
        count(p_value) over (partition by measure) as compared_count
    from probabilities

),

-- Benjamini and Hochberg: among all names and comparisons of a measure, all up to the last that is rare for its rank.
thresholds as (

    select
        *,
        max(case when p_value <= p_rank * {{ var('trend_false_alarms') }} / compared_count then p_value end)
            over (partition by measure) as highest_told
    from ranked

),

verdicts as (

    select
        *,
        case
            when why_not is not null then 'not_comparable'
            when p_value > highest_told or highest_told is null then 'no_clear_change'
            when within_points > 0 then 'up'
            else 'down'
        end as verdict
    from thresholds

)

select
    measure,
    name,
    comparison,
    recent_from,
    recent_to,
    before_from,
    before_to,
    recent_count,
    recent_total,
    before_count,
    before_total,
    cast(recent_count as double) / recent_total as recent_share,
    cast(before_count as double) / before_total as before_share,
    change_points,
    -- To the ninth decimal: engines take powers and square roots a last bit apart.
    round(within_points, 9) as within_points,
    collection_points,
    role_points,
    round(within_low, 9) as within_low,
    round(within_high, 9) as within_high,
    matched_share,
    verdict,
    echo_share,
    concat(
        case
            when verdict = 'not_comparable' then why_not
            else concat(
                case verdict
                    when 'up' then 'up'
                    when 'down' then 'down'
                    else 'no clear change'
                end,
                ': ', cast(cast(within_points as decimal(9, 1)) as string), ' points (',
                cast(cast(within_low as decimal(9, 1)) as string), ' to ',
                cast(cast(within_high as decimal(9, 1)) as string), ') among postings collected in the same way',
                case when measure <> 'role_share' then ' for the same roles' else '' end,
                case
                    when verdict = 'no_clear_change' and (within_low > 0 or within_high < 0)
                        then concat('; may be chance among the ', cast(compared_count as string), ' compared')
                    else ''
                end
            )
        end,
        case
            when echo_share > {{ var('trend_max_echo_share') }}
                then concat(
                    '; ', cast(cast(round(100 * echo_share) as integer) as string),
                    '% of the postings that count were found by searching for it'
                )
            else ''
        end,
        case
            when verdict <> 'not_comparable' and unknown_share >= 0.005
                then concat(
                    '; which search found them is not recorded of ',
                    cast(cast(round(100 * unknown_share) as integer) as string),
                    '% of the postings: other roles may have been searched for'
                )
            else ''
        end,
        coalesce('; ' || spell_message, '')
    ) as reason
from verdicts
