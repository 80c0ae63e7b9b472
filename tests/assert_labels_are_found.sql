-- Precision and recall on the project's own labels, all skills and all levels together.
with totals as (

    select
        kind,
        cast(sum(correct_count) as double) / sum(found_count) as precision,
        cast(sum(correct_count) as double) / sum(labelled_count) as recall
    from {{ ref('accuracy_by_label') }}
    group by kind

)

select *
from totals
where
    not coalesce(precision >= {{ var('accuracy_min_precision') }}, false)
    or not coalesce(recall >= {{ var('accuracy_min_recall') }}, false)
