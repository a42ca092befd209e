-- Lines that show an indicator, for the last period of their kind that is over and the one before it, with what the registry says of them.
with figure as (
    select
        code as indicator,
        'main' as measure,
        formula,
        base_feed,
        direction,
        owner_role
    from {{ ref('indicators') }}
    union all
    select
        m.indicator,
        m.measure,
        m.formula,
        m.base_feed,
        m.direction,
        i.owner_role
    from {{ ref('indicator_measures') }} as m
    inner join {{ ref('indicators') }} as i on m.indicator = i.code
),

shown as (
    select
        period_kind,
        period,
        previous_period
    from {{ ref('int_period') }}
    where is_last
)

select
    l.line_no,
    l.question,
    l.panel,
    l.indicator,
    l.measure,
    l.comparisons,
    l.counted_people,
    l.least_n,
    f.formula,
    f.base_feed,
    f.owner_role,
    case f.direction when 'higher' then 1 when 'lower' then -1 else 0 end as better_sign,
    p.period_kind,
    p.period,
    p.school_year,
    p.counted_on,
    p.ends_on,
    p.period = s.period as is_last
from {{ ref('mirror_panels') }} as l
inner join figure as f on l.indicator = f.indicator and l.measure = f.measure
inner join shown as s on l.period_kind = s.period_kind
inner join {{ ref('int_period') }} as p on s.period_kind = p.period_kind and p.period in (s.period, s.previous_period)
