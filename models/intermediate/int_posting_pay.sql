with facts as (

    select
        text_id,
        pay_min,
        pay_max,
        pay_sign,
        pay_period
    from {{ ref('int_text_facts') }}
    where pay_min is not null or pay_max is not null

),

-- What a title or a field states was read as a text of its own.
field_facts as (

    select
        field_texts.text,
        facts.*
    from {{ ref('int_fact_texts') }} as field_texts
    inner join facts on field_texts.text_id = facts.text_id
    where field_texts.is_field

),

fields as (

    select
        observation_id,
        salary,
        -- An end that is not known stands as 0, too.
        nullif({{ number_told('salary_min') }}, 0) as salary_min,
        nullif({{ number_told('salary_max') }}, 0) as salary_max,
        -- One number, of which other fields tell what it is, is too little of a text.
        case
            when coalesce(salary_currency, salary_period) is not null then {{ number_told('salary') }}
        end as salary_alone,
        regexp_replace(lower(
            coalesce(
                salary_currency,
                nullif(regexp_extract(coalesce(salary_min, salary_max), '[$€£¥₹]|[A-Z][A-Z][A-Z]', 0), '')
            )
        ), '[ "«»]', '', 'g') as salary_sign,
        {{ first_term_in("lower(salary_period)", var('pay_period_words')) }} as salary_period
    from {{ ref('stg_job_postings') }}
    where salary is not null or salary_min is not null or salary_max is not null

),

-- Of the observations that state pay the canonical one, else any: amounts, currency and period of one go together.
posting_fields as (

    select
        matched.posting_id,
        fields.*
    from fields
    inner join {{ ref('fct_posting_observations') }} as matched on fields.observation_id = matched.observation_id
    qualify
        row_number() over (
            partition by matched.posting_id order by matched.is_canonical desc, fields.observation_id asc
        ) = 1

),

-- The text says what this job pays; a title is part of it, and says it where it holds the whole range of which the text
-- tells one end; a field may be the board's own guess.
stated as (

    select
        postings.posting_id,
        1 as choice,
        'text' as pay_origin,
        facts.pay_min,
        facts.pay_max,
        facts.pay_sign,
        facts.pay_period
    from {{ ref('int_postings') }} as postings
    inner join facts on postings.text_id = facts.text_id
    union all
    select
        postings.posting_id,
        case
            when
                field_facts.pay_min < field_facts.pay_max
                and coalesce(facts.pay_min, facts.pay_max) = coalesce(facts.pay_max, facts.pay_min)
                and coalesce(facts.pay_min, facts.pay_max) in (field_facts.pay_min, field_facts.pay_max)
                then 0
            else 2
        end as choice,
        'text' as pay_origin,
        field_facts.pay_min,
        field_facts.pay_max,
        field_facts.pay_sign,
        field_facts.pay_period
    from {{ ref('int_postings') }} as postings
    inner join field_facts on postings.title = field_facts.text and field_facts.pay_sign is not null
    left join facts on postings.text_id = facts.text_id
    union all
    select
        posting_fields.posting_id,
        3 as choice,
        'field' as pay_origin,
        field_facts.pay_min,
        field_facts.pay_max,
        coalesce(field_facts.pay_sign, posting_fields.salary_sign) as pay_sign,
        coalesce(field_facts.pay_period, posting_fields.salary_period) as pay_period
    from posting_fields
    inner join field_facts on posting_fields.salary = field_facts.text
    union all
    select
        posting_id,
        4 as choice,
        'field' as pay_origin,
        case
            when coalesce(salary_min, salary_max) is null then salary_alone
            when salary_max < salary_min then salary_max
            else salary_min
        end as pay_min,
        case
            when coalesce(salary_min, salary_max) is null then salary_alone
            when salary_max < salary_min then salary_min
            else salary_max
        end as pay_max,
        salary_sign as pay_sign,
        salary_period as pay_period
    from posting_fields
    where coalesce(least(salary_min, salary_max), salary_alone) > 0

),

-- What a sign means its country decides; an amount without a sign is in the country's currency.
signed as (

    select
        stated.*,
        coalesce(of_country.currency, of_sign.currency) as pay_currency
    from stated
    inner join {{ ref('int_postings') }} as postings on stated.posting_id = postings.posting_id
    left join {{ ref('int_places') }} as places on postings.location = places.location
    left join {{ ref('currencies') }} as of_country
        on
            coalesce(lower(stated.pay_sign), '') = coalesce(of_country.sign, '')
            and places.country_code = of_country.country_code
    left join
        {{ ref('currencies') }} as of_sign
        on lower(stated.pay_sign) = of_sign.sign and of_sign.country_code is null

),

chosen as (

    select
        *,
        row_number() over (partition by posting_id order by choice asc) as choice_position
    from signed
    where pay_currency is not null

)

select
    posting_id,
    pay_min,
    pay_max,
    pay_currency,
    pay_period,
    pay_origin
from chosen
where choice_position = 1
