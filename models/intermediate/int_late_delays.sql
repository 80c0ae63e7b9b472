{#- So often the delays are estimated anew, each time with postings spread inside the time between two loads as the last
    estimate says: a few times are enough to forget that they were spread evenly at first. -#}
{%- set passes = 5 -%}
with counts as (

    select * from {{ ref('int_late_counts') }}
    where job_count > 0

),

delays as (

    select cast(unnest(generate_series(0, {{ var('late_max_days') }}, 1)) as integer) as delay

),

-- Postings that came between two loads, whatever the day on which they were posted.
spans as (

    select
        source,
        days_before,
        days_after,
        sum(job_count) as job_count
    from counts
    where days_after > days_unwatched
    group by source, days_before, days_after

),

-- When postings came that the first load brought is not known: they count among those that have come from then on. A
-- day's postings count up to the delay that it is old enough to show.
known as (

    select
        source,
        delay,
        sum(job_count) as job_count
    from (
        select
            source,
            days_unwatched + 1 as delay,
            job_count
        from counts
        where days_after = days_unwatched
        union all
        select
            source,
            days_watched + 1 as delay,
            -job_count as job_count
        from counts
    ) as moved
    group by source, delay

),

likely_0 as (

    select
        sources.source,
        delays.delay,
        cast(1 as double) as likely
    from (select distinct source from {{ ref('int_late_counts') }}) as sources
    cross join delays

),
{% for pass in range(passes) %}
    spread_{{ pass }} as (

        select
            spans.source,
            likely_{{ pass }}.delay,
            cast(
                spans.job_count * likely_{{ pass }}.likely
                / sum(likely_{{ pass }}.likely) over (
                    partition by spans.source, spans.days_before, spans.days_after order by likely_{{ pass }}.delay
                    rows between unbounded preceding and unbounded following
                ) as decimal(28, 12)
            ) as job_count
        from spans
        inner join likely_{{ pass }}
            on
                spans.source = likely_{{ pass }}.source
                and likely_{{ pass }}.delay between spans.days_before + 1 and spans.days_after

    ),

    arrived_{{ pass }} as (

        select
            source,
            delay,
            sum(job_count) as job_count
        from spread_{{ pass }}
        group by source, delay

    ),

    -- Of the postings that have come by each delay, the part that came just then; days too young do not count.
    newest_{{ pass }} as (

        select
            likely_{{ pass }}.source,
            likely_{{ pass }}.delay,
            cast(coalesce(arrived_{{ pass }}.job_count, 0) as double) as job_count,
            cast(sum(coalesce(arrived_{{ pass }}.job_count, 0) + coalesce(known.job_count, 0)) over (
                partition by likely_{{ pass }}.source order by likely_{{ pass }}.delay
            ) as double) as come_count
        from likely_{{ pass }}
        left join arrived_{{ pass }}
            on
                likely_{{ pass }}.source = arrived_{{ pass }}.source
                and likely_{{ pass }}.delay = arrived_{{ pass }}.delay
        left join known on likely_{{ pass }}.source = known.source and likely_{{ pass }}.delay = known.delay

    ),

    parts_{{ pass }} as (

        select
            source,
            delay,
            come_count,
            case when job_count > 0 then least(job_count / come_count, 0.999999) else 0 end as part
        from newest_{{ pass }}

    ),

    come_by_{{ pass }} as (

        select
            source,
            delay,
            part,
            exp(coalesce(sum(cast(ln(1 - part) as decimal(28, 12))) over later, 0)) as come_share,
            coalesce(cast(sum(cast(
                case when part > 0 then part / (1 - part) / come_count else 0 end as decimal(28, 12)
            )) over later as double), 0) as relative_variance
        from parts_{{ pass }}
        window later as (partition by source order by delay rows between 1 following and unbounded following)

    ),

    likely_{{ pass + 1 }} as (

        select
            source,
            delay,
            greatest(come_share * part, 1e-9) as likely
        from come_by_{{ pass }}

    ){{ ',' if not loop.last }}
{% endfor %}
select
    source,
    delay,
    come_share,
    relative_variance
from come_by_{{ passes - 1 }}
