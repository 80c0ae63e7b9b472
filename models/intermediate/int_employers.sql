{%- set form_words = any_of(var('employer_form_words')) -%}
{%- set country_words = any_of(var('employer_country_words')) -%}
{%- set generic_words = any_of(var('employer_generic_words')) -%}
{%- set field_words = any_of(var('employer_field_words')) -%}
{%- set unit_words = any_of(var('employer_unit_words')) -%}
{%- set university_words = any_of(var('university_words')) -%}

with spelled as (

    select distinct company
    from {{ ref('stg_job_postings') }}
    where company is not null

),

-- Without what a board adds ("via …", "c/o …", "| LinkedIn"; "Jobs via Dice" is a board), whose company it is
-- (", a … company"), brackets, and marks within words.
cleaned as (

    select
        company,
        nullif(trim(lower(regexp_replace(company, '[\s\p{Z}\p{C}]+', ' ', 'g'))), '') as company_key,
        lower(regexp_extract(company, '\(([A-Z][A-Z0-9&]{1,6})\)\s*$', 1)) as acronym,
        regexp_replace(
            case
                when lower(company) like 'jobs via %' then lower(strip_accents(company))
                else
                    regexp_replace(
                        lower(strip_accents(company)),
                        '\s+(?:via|c/o)\s+.*$|\s*\|.*$|,\s+an?\s.*\scompany\s*$', ''
                    )
            end,
            '\([^)]*\)|[®™©]', ' ', 'g'
        ) as name
    from spelled

),

worded as (

    select
        *,
        trim(regexp_replace(
            replace(replace(replace(regexp_replace(name, '[.''’`]', '', 'g'), '²', '2'), '+', ' plus '), '&', ' and '),
            '[^\p{L}\p{N}]+', ' ', 'g'
        )) as words
    from cleaned

),

-- Legal forms and countries end a name; a name of nothing else is all of it, and a country that it is "of" stays.
stripped as (

    select
        *,
        coalesce(
            nullif(replace(regexp_replace(
                regexp_replace(
                    regexp_replace(words, '^the ', ''), ' of ({{ country_words }})( |$)', ' of-\1\2'
                ),
                '(?: (?:{{ form_words }}|{{ country_words }}|and|of|the))+$', ''
            ), '-', ' '), ''),
            words
        ) as bare_words
    from worded

),

renamed as (

    select
        stripped.*,
        coalesce(aliases.employer, stripped.bare_words) as own_words
    from stripped
    left join {{ ref('employer_aliases') }} as aliases on stripped.bare_words = aliases.alias

),

-- "Universiteit Utrecht", "Utrecht University", "University of Utrecht": the same words in any order.
universities as (

    select
        *,
        case
            when regexp_matches(own_words, '\b(?:{{ university_words }})\b')
                then array_to_string(list_sort(string_split(
                    regexp_replace(
                        regexp_replace(own_words, '\b(?:{{ university_words }})\b', 'university', 'g'),
                        '\b(?:of|the|van|der|di|de|la) ', '', 'g'
                    ), ' '
                )), ' ')
            else own_words
        end as core
    from renamed

),

keyed as (

    select
        *,
        nullif(replace(core, ' ', ''), '') as name_key,
        replace(coalesce(
            nullif(regexp_extract(core, '^(.+?)(?: (?:{{ generic_words }}))+$', 1), ''),
            regexp_extract(
                core, '^(\w{1,{{ var("employer_field_letters") }}}|.+ .+) (?:{{ field_words }})$', 1
            )
        ), ' ', '') as bare_key,
        -- The unit of a country ("Acme Labs Sweden", "Acme Ireland Operations"), an address, a group, and what stands
        -- before a dash, behind which is a place or a board.
        replace(coalesce(
            nullif(regexp_extract(
                words,
                '^(.+?)(?: (?:{{ form_words }}|{{ unit_words }}))* (?:{{ country_words }})'
                || '(?: (?:{{ form_words }}|{{ unit_words }}|{{ country_words }}))*$', 1
            ), ''),
            nullif(regexp_extract(
                name, '^(?:www\.)?([\p{L}\p{N}-]+)\.(?:{{ any_of(var("address_endings")) }})\b', 1
            ), ''),
            nullif(regexp_extract(core, '^(?:gruppo|grupo|groupe|gruppe) (.+)$', 1), ''),
            nullif(trim(regexp_replace(
                regexp_extract(name, '^(.+?)\s+[-–]\s', 1), '[^\p{L}\p{N}]+', ' ', 'g'
            )), '')
        ), ' ', '') as whole_key
    from universities

),

-- "Acme Technologies" is Acme where Acme is seen too, and no "Acme Software" beside it.
bare_names as (

    select variants.bare_key
    from keyed as variants
    inner join keyed as bare on variants.bare_key = bare.name_key
    where variants.bare_key <> ''
    group by variants.bare_key
    having count(distinct variants.name_key) = 1

),

wholes as (

    select
        replace(bare_words, ' ', '') as whole_key,
        min(name_key) as name_key
    from keyed
    group by replace(bare_words, ' ', '')

),

-- "Centre for Applied Mathematics (CAM)" says who CAM is, if no one else says so too.
acronyms as (

    select
        acronym,
        min(name_key) as name_key
    from keyed
    where acronym <> '' and acronym <> name_key
    group by acronym
    having count(distinct name_key) = 1

),

named as (

    select
        keyed.company,
        keyed.company_key,
        ' ' || trim(regexp_replace(
            regexp_replace(keyed.company_key, '[.''’`]', '', 'g'), '[^\p{L}\p{N}]+', ' ', 'g'
        )) || ' ' as all_words,
        keyed.core,
        coalesce(acronyms.name_key, wholes.name_key, bare_names.bare_key, keyed.name_key) as employer_key,
        keyed.words in (
            {% for word in var('employer_placeholders') %}
                '{{ word | replace("'", "''") }}'{{ ',' if not loop.last }}
            {% endfor %}
        )
        or keyed.name_key is null as is_nobody
    from keyed
    left join wholes on keyed.whole_key = wholes.whole_key
    left join bare_names on keyed.bare_key = bare_names.bare_key
    left join acronyms on keyed.name_key = acronyms.acronym

),

-- Most are whole names, which are looked up; each name is searched for the few others only.
agency_names as (

    select
        whole.company,
        agency_words.position
    from (
        select
            company,
            unnest([core, trim(all_words)]) as whole_name
        from named
    ) as whole
    inner join {{ ref('agency_words') }} as agency_words on whole.whole_name = agency_words.word
    where agency_words.position in ('name', 'not')
    union all
    select
        named.company,
        agency_words.position
    from named
    inner join {{ ref('agency_words') }} as agency_words
        on
            (agency_words.position = 'part' and contains(named.company_key, agency_words.word))
            or (agency_words.position = 'word' and contains(named.all_words, ' ' || agency_words.word || ' '))

),

-- Whose whole name is known to be no agency's is none, whatever words are in it.
agencies as (

    select company
    from agency_names
    group by company
    having count(*) filter (where position = 'not') = 0

)

-- Companies of one group begin with one word ("ING", "ING Bank"), the spellings of one with the same; their texts tell
-- whether they mean one posting.
select
    named.company,
    case when not named.is_nobody then named.company_key end as company_key,
    case when not named.is_nobody then named.employer_key end as employer_key,
    case
        when not named.is_nobody
            then first_value(split_part(named.core, ' ', 1)) over (
                partition by named.employer_key order by length(named.core), named.core
            )
    end as employer_group,
    agencies.company is not null as has_agency_name
from named
left join agencies on named.company = agencies.company
