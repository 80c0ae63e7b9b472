with fields as (

    select
        observation_id,
        workplace,
        employment_type
    from {{ ref('stg_job_postings') }}
    where workplace is not null or employment_type is not null

),

-- Of what the observations state the canonical one's, else any: one may state the one and another the other.
posting_fields as (

    select
        matched.posting_id,
        coalesce(
            max(case when matched.is_canonical then fields.workplace end), min(fields.workplace)
        ) as workplace,
        coalesce(
            max(case when matched.is_canonical then fields.employment_type end), min(fields.employment_type)
        ) as employment_type
    from fields
    inner join {{ ref('fct_posting_observations') }} as matched on fields.observation_id = matched.observation_id
    group by matched.posting_id

),

mentions as (

    select
        text_id,
        unnest(cues) as cued
    from {{ ref('int_text_skills') }}

),

said as (

    select
        text_id,
        {% for cue in [
            'remote_stated', 'hybrid_stated', 'onsite_stated', 'remote_choice', 'remote', 'hybrid', 'home_days',
            'onsite', 'internship', 'contract', 'contract_surely', 'contract_perhaps', 'temporary', 'part_time',
            'full_time'
        ] %}
        bool_or(cued['cue'] = '{{ cue }}') as has_{{ cue }}{{ ',' if not loop.last }}
        {% endfor %}
    from mentions
    group by text_id

),

text_terms as (

    select
        *,
        case
            when has_hybrid_stated then 'hybrid'
            when has_onsite_stated then 'onsite'
            when has_remote_stated or has_remote_choice then 'remote'
            when has_hybrid then 'hybrid'
            when has_remote then 'remote'
            when has_home_days then 'hybrid'
            when has_onsite then 'onsite'
        end as workplace
    from said

),

titles as (

    select
        title_words,
        {{ first_term_in('title_words', var('workplace_words')) }} as workplace,
        {{ first_term_in('title_words', var('employment_type_words')) }} as employment_type
    from (select distinct title_words from {{ ref('int_postings') }}) as spelled

),

spelled_places as (

    select distinct location
    from {{ ref('int_postings') }}
    where location is not null

),

places as (

    select
        location,
        {{ first_term_in(title_words('location'), var('workplace_words')) }} as workplace
    from spelled_places

),

field_terms as (

    select
        posting_id,
        case
            when workplace_words in ('true', '1', '1 0', 'yes', 't', 'y', '100') then 'remote'
            when workplace_words = '50' then 'hybrid'
            else coalesce(
                {{ first_term_in('workplace_words', var('workplace_words')) }},
                {{ first_term_in('employment_words', var('workplace_words')) }}
            )
        end as workplace,
        {{ first_term_in('employment_words', var('employment_type_words')) }} as employment_type,
        {{ first_term_in('employment_words', var('employment_type_words')[-1:]) }} is not null as is_full_time
    from (
        select
            posting_id,
            {{ title_words('workplace') }} as workplace_words,
            {{ title_words('employment_type') }} as employment_words
        from posting_fields
    ) as words

),

joined as (

    select
        postings.posting_id,
        titles.workplace as title_workplace,
        places.workplace as place_workplace,
        text_terms.workplace as text_workplace,
        field_terms.workplace as field_workplace,
        titles.employment_type as title_type,
        case
            when field_terms.employment_type = 'part_time' and field_terms.is_full_time then 'full_time'
            else field_terms.employment_type
        end as field_type,
        text_terms.has_internship,
        text_terms.has_contract,
        text_terms.has_contract_surely,
        text_terms.has_contract_perhaps,
        text_terms.has_temporary,
        text_terms.has_part_time,
        text_terms.has_full_time
    from {{ ref('int_postings') }} as postings
    inner join titles on postings.title_words = titles.title_words
    left join places on postings.location = places.location
    left join text_terms on postings.text_id = text_terms.text_id
    left join field_terms on postings.posting_id = field_terms.posting_id

)

-- The title says what this posting is; a text says it of other things too; a field is often a default of the board.
select
    posting_id,
    case
        when coalesce(title_workplace, place_workplace) = 'remote_choice' then 'remote'
        when title_workplace is not null then title_workplace
        when place_workplace = 'remote' and text_workplace = 'hybrid' then 'hybrid'
        when place_workplace is not null then place_workplace
        when text_workplace is not null then text_workplace
        when field_workplace in ('hybrid', 'onsite') then field_workplace
        when field_workplace is not null then 'remote'
    end as workplace,
    case
        when title_type in ('internship', 'contract', 'temporary') then title_type
        when field_type = 'internship' or has_internship then 'internship'
        when field_type = 'contract' or has_contract_surely or (has_contract and field_type is null) then 'contract'
        when title_type = 'part_time' then title_type
        when field_type = 'temporary' or has_temporary then 'temporary'
        when title_type is not null or field_type is not null then coalesce(title_type, field_type)
        when has_contract_perhaps then 'contract'
        when has_full_time then 'full_time'
        when has_part_time then 'part_time'
    end as employment_type
from joined
