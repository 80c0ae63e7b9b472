{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        full_refresh=false,
        pre_hook="
            {%- if is_incremental() and 'build_number' not in adapter.get_columns_in_relation(this) | map(attribute='name') -%}
                alter table {{ this }} add column build_number integer
            {%- endif -%}
        "
    )
}}

with measures as (

    select
        week_start,
        'job_count' as measure,
        job_count as value
    from {{ ref('weekly_job_volume') }}
    union all
    select
        week_start,
        'ai_job_count' as measure,
        ai_job_count as value
    from {{ ref('weekly_job_volume') }}

),

told as (

    {% if is_incremental() %}
        select
            week_start,
            measure,
            new_value as value
        from (
            select
                week_start,
                measure,
                new_value,
                row_number() over (
                    partition by week_start, measure
                    order by coalesce(build_number, 0) desc, changed_at desc
                ) as age
            from {{ this }}
        ) as latest
        where age = 1 and new_value is not null
    {% else %}
        select
            week_start,
            measure,
            value
        from measures
        where false
    {% endif %}

)

select
    coalesce(measures.week_start, told.week_start) as week_start,
    coalesce(measures.measure, told.measure) as measure,
    told.value as old_value,
    measures.value as new_value,
    {{ build_time() }} as changed_at,
    {% if is_incremental() %}
        (select cast(coalesce(max(logged.build_number), 0) + 1 as integer) from {{ this }} as logged) as build_number
    {% else %}
        cast(1 as integer) as build_number
    {% endif %}
from measures
full outer join told on measures.week_start = told.week_start and measures.measure = told.measure
where
    told.value is distinct from measures.value
    {#- What a part of the data says (dbt build --empty, --sample) is no news. #}
    and {{ not (flags.EMPTY or flags.SAMPLE) }}
