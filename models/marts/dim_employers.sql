with postings as (

    select
        employer_id,
        company,
        text_id
    from {{ ref('int_postings') }}
    where employer_id is not null

),

spellings as (

    select
        postings.employer_id,
        postings.company,
        count(*) as posting_count,
        bool_or(employers.has_agency_name) as has_agency_name
    from postings
    inner join {{ ref('int_employers') }} as employers on postings.company = employers.company
    group by postings.employer_id, postings.company

),

named as (

    select
        employer_id,
        max_by(company, (posting_count, company)) as employer,
        count(*) as spelling_count,
        sum(posting_count) as posting_count,
        bool_or(has_agency_name) as has_agency_name
    from spellings
    group by employer_id

),

-- Texts that speak of a client who hires, or call the company an agency; not those that turn agencies away.
agency_texts as (

    select text_id
    from (
        select
            text_id,
            unnest(cues) as cued
        from {{ ref('int_text_skills') }}
    ) as mentions
    where cued['cue'] in ('agency', 'not_agency')
    group by text_id
    having sum(case cued['cue'] when 'agency' then cued['mention_count'] else -cued['mention_count'] end) > 0

),

texts as (

    select
        postings.employer_id,
        count(*) as text_count,
        count(agency_texts.text_id) as agency_text_count
    from postings
    left join agency_texts on postings.text_id = agency_texts.text_id
    where postings.text_id is not null
    group by postings.employer_id

)

select
    named.employer_id,
    named.employer,
    named.has_agency_name
    or coalesce(texts.agency_text_count >= {{ var('agency_text_share') }} * texts.text_count, false) as is_agency,
    case
        when named.has_agency_name then 'name'
        when texts.agency_text_count >= {{ var('agency_text_share') }} * texts.text_count then 'text'
    end as agency_rule,
    cast(named.spelling_count as integer) as spelling_count,
    cast(named.posting_count as bigint) as posting_count
from named
left join texts on named.employer_id = texts.employer_id
