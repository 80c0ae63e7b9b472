{#- So often the delays are estimated anew, each time with postings spread inside the time between two loads as the last
    estimate says: a few times are enough to forget that they were spread evenly at first. -#}
{%- set passes = 5 -%}
with counts as (

    select * from {{ ref('int_late_counts') }}

),

delays as (

    select cast(unnest(generate_series(0, {{ var('late_max_days') }}, 1)) as integer) as delay

),

-- Each day on which postings were posted, and each delay that it is old enough to show.
days as (

    select distinct
        counts.source,
        counts.posted_date,
        counts.days_unwatched,
        delays.delay
    from counts
    inner join delays on counts.days_watched >= delays.delay

),

likely_0 as (

    select distinct
        counts.source,
        delays.delay,
        cast(1 as double) as likely
    from counts
    cross join delays

),
{% for pass in range(passes) %}
    spread_{{ pass }} as (

        select
            counts.source,
            counts.posted_date,
            likely_{{ pass }}.delay,
            cast(
                counts.job_count * likely_{{ pass }}.likely
                / sum(likely_{{ pass }}.likely) over (
                    partition by counts.source, counts.posted_date, counts.seen_on order by likely_{{ pass }}.delay
                    rows between unbounded preceding and unbounded following
                ) as decimal(28, 12)
            ) as job_count
        from counts
        inner join likely_{{ pass }}
            on
                counts.source = likely_{{ pass }}.source
                -- When postings came that the first load brought is not known.
                and (
                    likely_{{ pass }}.delay between counts.days_before + 1 and counts.days_after
                    and counts.days_after > counts.days_unwatched
                    or likely_{{ pass }}.delay = counts.days_after and counts.days_after = counts.days_unwatched
                )
        where counts.job_count > 0

    ),

    arrived_{{ pass }} as (

        select
            source,
            posted_date,
            delay,
            sum(job_count) as job_count
        from spread_{{ pass }}
        group by source, posted_date, delay

    ),

    come_{{ pass }} as (

        select
            days.source,
            days.delay,
            days.days_unwatched,
            coalesce(arrived_{{ pass }}.job_count, 0) as job_count,
            sum(coalesce(arrived_{{ pass }}.job_count, 0)) over (
                partition by days.source, days.posted_date order by days.delay
            ) as come_count
        from days
        left join arrived_{{ pass }}
            on
                days.source = arrived_{{ pass }}.source
                and days.posted_date = arrived_{{ pass }}.posted_date
                and days.delay = arrived_{{ pass }}.delay

    ),

    -- Of the postings that have come by each delay, the part that came just then; days too young do not count.
    newest_{{ pass }} as (

        select
            source,
            delay,
            cast(sum(come_count) as double) as come_count,
            least(
                coalesce(cast(sum(job_count) as double) / nullif(cast(sum(come_count) as double), 0), 0), 0.999999
            ) as part
        from come_{{ pass }}
        where delay > days_unwatched
        group by source, delay

    ),

    come_by_{{ pass }} as (

        select
            likely_{{ pass }}.source,
            likely_{{ pass }}.delay,
            coalesce(newest_{{ pass }}.part, 0) as part,
            exp(
                coalesce(sum(cast(ln(1 - coalesce(newest_{{ pass }}.part, 0)) as decimal(28, 12))) over later, 0)
            ) as come_share,
            coalesce(cast(sum(cast(
                coalesce(
                    newest_{{ pass }}.part / (1 - newest_{{ pass }}.part) / nullif(newest_{{ pass }}.come_count, 0), 0
                )
                as decimal(28, 12)
            )) over later as double), 0) as relative_variance
        from likely_{{ pass }}
        left join newest_{{ pass }}
            on likely_{{ pass }}.source = newest_{{ pass }}.source and likely_{{ pass }}.delay = newest_{{ pass }}.delay
        window later as (
            partition by likely_{{ pass }}.source order by likely_{{ pass }}.delay
            rows between 1 following and unbounded following
        )

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
