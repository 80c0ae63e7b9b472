{#- A line that resembles an undecided earlier one waits a round. -#}
{%- set rounds = 6 -%}
{%- set days = var('repost_window_days') -%}
with adverts as not materialized (

    select * from {{ ref('int_adverts') }}

),

observations as not materialized (

    select
        node,
        observation_id,
        advert_id,
        posting_key
    from {{ ref('int_observations_keyed') }}

),

resembling as (

    select
        pairs.line as earlier,
        pairs.other_line as later,
        pairs.similarity,
        pairs.teaser,
        pairs.similarity = 1 and one.city = other.city as is_twin
    from {{ ref('int_posting_pairs') }} as pairs
    inner join adverts as one on pairs.line = one.node
    inner join adverts as other on pairs.other_line = other.node

),

-- What has another's very words in its city resembles what that one does, whatever name, title or board it has itself.
twins as (

    select
        later as line,
        min(earlier) as twin
    from resembling
    where is_twin
    group by later

),

teasers as (

    select
        teaser as line,
        earlier + later - teaser as whole,
        similarity
    from resembling
    where teaser is not null
    qualify row_number() over (partition by teaser order by similarity desc, earlier + later asc) = 1

),

-- A teaser goes where the text goes that it is cut from, which may be the likest of one seen later.
cuts as (

    select
        teasers.line,
        teasers.whole,
        teasers.similarity,
        coalesce(twins.twin, teasers.whole) as stand_in
    from teasers
    left join twins on teasers.whole = twins.line
    where coalesce(twins.twin, teasers.whole) not in (select others.line from teasers as others)

),

stand_ins as (

    select
        line,
        stand_in,
        whole,
        similarity,
        true as is_cut
    from cuts
    union all
    select
        twins.line,
        coalesce(cuts.stand_in, twins.twin) as stand_in,
        cuts.whole,
        cuts.similarity,
        cuts.line is not null as is_cut
    from twins
    left join cuts on twins.twin = cuts.line
    where twins.line not in (select others.line from cuts as others)

),

-- Teasers of two openings may be alike.
pairs as (

    select
        least(earlier, later) as earlier,
        greatest(earlier, later) as later,
        max(similarity) as similarity
    from (
        select
            coalesce(one.stand_in, resembling.earlier) as earlier,
            coalesce(other.stand_in, resembling.later) as later,
            resembling.similarity
        from resembling
        left join stand_ins as one on resembling.earlier = one.line
        left join stand_ins as other on resembling.later = other.line
        where not (coalesce(one.is_cut, false) and coalesce(other.is_cut, false))
    ) as twinned
    where earlier <> later
    group by least(earlier, later), greatest(earlier, later)

),

open_0 as (

    select earlier as line
    from pairs
    union
    select later as line
    from pairs

),

open_pairs_0 as (

    select
        earlier,
        later
    from pairs

),

-- A leader is an earlier line that resembles no leader before it; every other line resembles a leader. Each round
-- decides, of every knot of lines, the first open one and all that resemble it.
{% for number in range(1, rounds + 1) %}
    leaders_{{ number }} as (

        select line
        from open_{{ number - 1 }}
        where line not in (select open_pairs_{{ number - 1 }}.later from open_pairs_{{ number - 1 }})

    ),

    {% if not loop.last %}
        open_{{ number }} as (

            select line
            from open_{{ number - 1 }}
            where
                line in (select open_pairs_{{ number - 1 }}.later from open_pairs_{{ number - 1 }})
                and line not in (
                    select led.later
                    from open_pairs_{{ number - 1 }} as led
                    inner join leaders_{{ number }} as leaders on led.earlier = leaders.line
                )

        ),

        open_pairs_{{ number }} as (

            select
                earlier,
                later
            from open_pairs_{{ number - 1 }}
            where
                earlier in (select open_{{ number }}.line from open_{{ number }})
                and later in (select open_{{ number }}.line from open_{{ number }})

        ),

    {% endif %}
{% endfor %}
leaders as (

    {% for number in range(1, rounds + 1) %}
        select line
        from leaders_{{ number }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- Of several leaders that it resembles the likest, of those the first; what the rounds left open stands alone.
members as (

    select
        line,
        leader,
        similarity
    from (
        select
            resembled.*,
            row_number() over (
                partition by resembled.line order by resembled.similarity desc, resembled.leader asc
            ) as choice
        from (
            select
                pairs.later as line,
                leaders.line as leader,
                pairs.similarity
            from pairs
            inner join leaders on pairs.earlier = leaders.line
            union all
            select
                pairs.earlier as line,
                leaders.line as leader,
                pairs.similarity
            from pairs
            inner join leaders on pairs.later = leaders.line
        ) as resembled
        where resembled.line not in (select leaders.line from leaders)
    ) as chosen
    where choice = 1

),

texted as (

    select
        adverts.node,
        adverts.posting_key,
        adverts.first_date,
        adverts.last_date,
        adverts.is_date_estimated,
        coalesce(members.leader, stand_ins.stand_in, adverts.line) as leader,
        coalesce(stand_ins.whole, members.leader, stand_ins.stand_in, adverts.line) as like_node,
        coalesce(stand_ins.similarity, members.similarity, 1) as similarity
    from adverts
    left join stand_ins on adverts.line = stand_ins.line
    left join members on coalesce(stand_ins.stand_in, adverts.line) = members.line
    where adverts.line is not null

),

-- Seen again later than the window after the last day, it is another posting; when something was seen is no day of
-- posting that could part two.
steps_in_time as (

    select
        *,
        case
            when
                not is_date_estimated
                and first_date - {{ days }} > max(case when not is_date_estimated then last_date end) over (
                    partition by leader order by node rows between unbounded preceding and 1 preceding
                )
                then 1
            else 0
        end as is_start
    from texted

),

runs as (

    select
        *,
        sum(is_start) over (
            partition by leader order by node rows between unbounded preceding and current row
        ) as run
    from steps_in_time

),

-- A posting is known by the node of its first advert.
dated as (

    select
        node,
        posting_key,
        first_date,
        last_date,
        like_node,
        similarity,
        min(node) over (partition by leader, run) as posting
    from runs

),

textless_keys as (

    select distinct posting_key
    from adverts
    where line is null and {{ var('match_same_key') }}

),

-- Where one has no text, title, employer, place and time decide: it goes with the nearest copy, or with others that
-- have none.
keyed as (

    select
        adverts.node,
        adverts.posting_key,
        adverts.first_date,
        adverts.last_date,
        adverts.line is null as is_textless
    from adverts
    inner join textless_keys on adverts.posting_key = textless_keys.posting_key

),

-- Of the copies with a text so far, whether this one was seen last.
latest as (

    select
        *,
        not is_textless and last_date >= coalesce(max(case when not is_textless then last_date end) over (
            partition by posting_key order by node rows between unbounded preceding and 1 preceding
        ), last_date) as is_latest
    from keyed

),

around as (

    select
        *,
        max(case when is_latest then node end) over before as earlier_node,
        max(case when not is_textless then last_date end) over before as earlier_date,
        min(case when not is_textless then node end) over behind as later_node,
        min(case when not is_textless then first_date end) over behind as later_date,
        max(case when is_textless then last_date end) over before as textless_date
    from latest
    window
        before as (partition by posting_key order by node rows between unbounded preceding and 1 preceding),
        behind as (partition by posting_key order by node rows between 1 following and unbounded following)

),

bare as (

    select
        node,
        posting_key,
        case
            when
                earlier_date >= first_date - {{ days }}
                and (later_date is null or first_date - earlier_date <= later_date - last_date)
                then earlier_node
            when later_date - {{ days }} <= last_date then later_node
        end as near_node,
        sum(case when first_date - {{ days }} > textless_date then 1 else 0 end) over (
            partition by posting_key order by node rows between unbounded preceding and current row
        ) as run
    from around
    where is_textless

),

anchored as (

    select
        bare.node,
        bare.posting_key,
        bare.run,
        bare.near_node,
        dated.posting
    from bare
    left join dated on bare.near_node = dated.node

),

joined as (

    select
        node,
        posting,
        like_node,
        similarity
    from dated
    union all
    select
        node,
        coalesce(
            last_value(posting ignore nulls) over before,
            first_value(posting ignore nulls) over behind,
            min(node) over (partition by posting_key, run)
        ) as posting,
        near_node as like_node,
        null as similarity
    from anchored
    window
        before as (partition by posting_key, run order by node rows between unbounded preceding and current row),
        behind as (partition by posting_key, run order by node rows between 1 following and unbounded following)

),

groups as (

    select
        posting,
        min(node) as first_node
    from joined
    group by posting
    having count(*) > 1

),

likened as (

    select
        posting,
        like_node,
        min(node) as node,
        -- What is null would be passed over.
        nullif(min_by(coalesce(similarity, -1), node), -1) as similarity
    from joined
    where node <> like_node
    group by posting, like_node

),

-- What others resemble, seen later than one of the posting, resembles the first of those others.
compared as (

    select
        joined.node,
        groups.first_node,
        case
            when joined.node = groups.first_node then null
            when joined.node = joined.like_node then coalesce(likened.node, groups.first_node)
            else coalesce(joined.like_node, groups.first_node)
        end as like_node,
        case when joined.node = joined.like_node then likened.similarity else joined.similarity end
            as similarity
    from joined
    inner join groups on joined.posting = groups.posting
    left join likened on joined.posting = likened.posting and joined.node = likened.like_node

)

select
    members.advert_id,
    canonical.advert_id as posting_id,
    coalesce(members.posting_key = canonical.posting_key, false) as is_same_key,
    likest.observation_id as compared_with,
    case when likest.node is not null then compared.similarity end as similarity
from compared
inner join observations as members on compared.node = members.node
inner join observations as canonical on compared.first_node = canonical.node
left join observations as likest on compared.like_node = likest.node
