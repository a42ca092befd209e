-- Shares of what is formal, of every cluster, oblast and of the country in every period, told or not; of an institution where it has anything.
with asking as (
    {{ formalism_feeds() }}
),

collected as (
    select distinct
        a.kind,
        f.scope,
        f.scope_id,
        f.school_year
    from asking as a
    inner join {{ ref('scope_feed') }} as f on a.feed = f.feed
),

place as (
    select
        s.scope,
        s.scope_id,
        p.period_kind,
        p.period
    from {{ ref('scope_place') }} as s
    inner join {{ ref('int_period') }} as p on coalesce(s.from_on <= p.ends_on, true)
    where p.period_kind <> 'month'
    union
    select
        scope,
        scope_id,
        period_kind,
        period
    from {{ ref('formalism_part') }}
),

kind as (
    select distinct kind from asking
),

figure as (
    select
        k.kind,
        l.scope,
        l.scope_id,
        l.period_kind,
        l.period,
        p.is_over,
        c.kind is not null as is_collected,
        d.numerator,
        d.value,
        d.value_se,
        d.ci_low,
        d.ci_high,
        coalesce(d.n, 0) as n,
        coalesce(e.n, 0) as eligible_n
    from place as l
    cross join kind as k
    inner join {{ ref('int_period') }} as p on l.period_kind = p.period_kind and l.period = p.period
    left join collected as c
        on k.kind = c.kind and l.scope = c.scope and l.scope_id = c.scope_id and p.school_year = c.school_year
    left join {{ ref('formalism_part') }} as d
        on
            k.kind = d.measure
            and l.scope = d.scope
            and l.scope_id = d.scope_id
            and l.period_kind = d.period_kind
            and l.period = d.period
    left join {{ ref('formalism_part') }} as e
        on
            concat(k.kind, ' eligible') = e.measure
            and l.scope = e.scope
            and l.scope_id = e.scope_id
            and l.period_kind = e.period_kind
            and l.period = e.period
),

judged as (
    select
        f.*,
        case
            when not f.is_over then 'not_yet_observed'
            when not f.is_collected then 'not_collected'
            when f.eligible_n = 0 then 'not_applicable'
            when f.n < f.eligible_n * {{ threshold('formalism_judged_share') }} then 'not_collected'
            when f.n < {{ minimum_n('index') }} then 'too_few'
            else 'ok'
        end as status
    from figure as f
)

-- Of few a share is marked and stays.
select
    {{ as_of() }} as as_of_on,
    kind,
    scope,
    scope_id,
    case when scope = 'cluster' then scope_id end as cluster_id,
    period_kind,
    period,
    case when status in ('ok', 'too_few') then value end as value,
    case when status in ('ok', 'too_few') then value_se end as value_se,
    case when status in ('ok', 'too_few') then ci_low end as ci_low,
    case when status in ('ok', 'too_few') then ci_high end as ci_high,
    case when status in ('ok', 'too_few') then numerator end as numerator,
    case when status in ('ok', 'too_few') then cast(n as double) end as denominator,
    cast(n as bigint) as n,
    cast(eligible_n as bigint) as eligible_n,
    status
from judged
