{% macro trend_counts(postings, keys, role_keys) -%}
    {#- Postings that count for each measure and name, by keys; role_share by role_keys, as a role lies in cells of its own. -#}
    {%- set by = keys | join(', ') -%}
    select
        'ai_share' as measure,
        'ai' as name,
        {{ by }},
        count(*) as posting_count
    from {{ postings }}
    where is_ai_posting
    group by {{ by }}
    union all
    select
        'level_share' as measure,
        seniority_level as name,
        {{ by }},
        count(*) as posting_count
    from {{ postings }}
    group by seniority_level, {{ by }}
    union all
    select
        'role_share' as measure,
        role_family as name,
        {% for key, role_key in zip(keys, role_keys) -%}
            {{ role_key }}{{ ' as ' ~ key if role_key != key }},
        {% endfor -%}
        count(*) as posting_count
    from {{ postings }}
    where role_family is not null
    group by role_family, {{ role_keys | unique | join(', ') }}
    union all
    select
        counted.measure,
        skill_counts.skill as name,
        {{ by }},
        case counted.measure
            when 'skill_share' then skill_counts.posting_count
            else skill_counts.ai_posting_count
        end as posting_count
    from (
        select
            skill,
            {{ by }},
            count(*) as posting_count,
            count(*) filter (where is_ai_posting) as ai_posting_count
        from (
            select
                {{ by }},
                is_ai_posting,
                unnest(extracted_skills) as skill
            from {{ postings }}
            where has_text
        ) as mentions
        group by skill, {{ by }}
    ) as skill_counts
    cross join (values ('skill_share'), ('ai_skill_share')) as counted (measure)
    where counted.measure = 'skill_share' or skill_counts.ai_posting_count > 0
    union all
    -- A posting counts once in a category, however many of its skills it mentions.
    select
        'category_share' as measure,
        category as name,
        {{ by }},
        count(*) as posting_count
    from (
        select distinct
            mentions.posting_id,
            skills.category,
            {{ by }}
        from (
            select
                posting_id,
                {{ by }},
                unnest(extracted_skills) as skill
            from {{ postings }}
            where has_text
        ) as mentions
        inner join {{ ref('dim_skills') }} as skills on mentions.skill = skills.skill
    ) as categories
    group by category, {{ by }}
{%- endmacro %}
