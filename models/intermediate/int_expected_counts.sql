{#- The normal deviate of a two-sided interval of 90%. -#}
{%- set z = 1.644853627 -%}
with counts as (

    select * from {{ ref('int_late_counts') }}

),

developed as (

    select
        counts.source,
        counts.age,
        counts.job_count,
        later.job_count as later_count
    from counts
    inner join counts as later
        on counts.source = later.source and counts.week_start = later.week_start and counts.age + 1 = later.age
    where counts.job_count > 0

),

-- From each age to the next: by how much all weeks together grew. Sums are of decimals, which are the same in whatever
-- order they are added.
factors as (

    select
        source,
        age,
        cast(sum(cast(later_count as decimal(28, 12))) as double)
        / cast(sum(cast(job_count as decimal(28, 12))) as double) as factor,
        cast(sum(cast(job_count as decimal(28, 12))) as double) as total_count
    from developed
    group by source, age

),

-- Mack's variance; no less than that of late postings that come one by one.
variances as (

    select
        factors.source,
        factors.age,
        factors.factor,
        factors.total_count,
        greatest(
            coalesce(
                cast(sum(cast(
                    cast(developed.job_count as double)
                    * power(cast(developed.later_count as double) / developed.job_count - factors.factor, 2)
                    as decimal(28, 12)
                )) as double) / nullif(count(*) - 1, 0),
                0
            ),
            factors.factor - 1
        ) as variance
    from factors
    inner join developed on factors.source = developed.source and factors.age = developed.age
    group by factors.source, factors.age, factors.factor, factors.total_count

),

present as (

    select
        source,
        week_start,
        age as present_age,
        job_count
    from counts
    where age = present_age

),

ahead as (

    select
        present.source,
        present.week_start,
        present.job_count,
        variances.age,
        variances.factor,
        variances.total_count,
        variances.variance,
        coalesce(exp(sum(cast(ln(variances.factor) as decimal(28, 12))) over (
            partition by present.source, present.week_start
            order by variances.age
            rows between unbounded preceding and 1 preceding
        )), 1) as grown
    from present
    left join variances on present.source = variances.source and present.present_age <= variances.age

),

of_sources as (

    select
        source,
        week_start,
        max(job_count) as job_count,
        max(job_count) * coalesce(exp(sum(cast(ln(factor) as decimal(28, 12)))), 1) as expected_count,
        coalesce(cast(sum(cast(
            variance / power(factor, 2)
            * (1 / nullif(job_count * grown, 0) + 1.0 / total_count) as decimal(28, 12)
        )) as double), 0) as relative_variance
    from ahead
    group by source, week_start

),

of_weeks as (

    select
        week_start,
        cast(sum(cast(expected_count - job_count as decimal(28, 12))) as double) as late_count,
        cast(sum(cast(power(expected_count, 2) * relative_variance as decimal(28, 12))) as double) as variance
    from of_sources
    group by week_start

),

-- Weeks so old that nothing more is expected of them count too.
weeks as (

    select
        postings.week_start,
        count(*) as job_count
    from {{ ref('fct_job_postings') }} as postings
    group by postings.week_start

),

expected as (

    select
        weeks.week_start,
        weeks.job_count,
        weeks.job_count + coalesce(of_weeks.late_count, 0) as expected_count,
        coalesce(of_weeks.variance, 0) as variance
    from weeks
    left join of_weeks on weeks.week_start = of_weeks.week_start
    where (select count(*) from present) > 0

),

spread as (

    select
        *,
        sqrt(ln(1 + variance / power(expected_count, 2))) as deviation
    from expected

)

select
    week_start,
    expected_count,
    greatest(expected_count * exp(-{{ z }} * deviation), job_count) as expected_low,
    expected_count * exp({{ z }} * deviation) as expected_high
from spread
