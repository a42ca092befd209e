-- Figures that are told, with what the registry says of each: the main one of an indicator, and its other measures.
with measure as (
    select
        code as indicator,
        'main' as measure,
        formula,
        direction,
        minimum_figure,
        {{ scale_of('frequency') }} as scale_no,
        owner_role,
        scopes,
        cluster_kinds,
        base_feed,
        told_by
    from {{ ref('indicators') }}
    where code in ({{ quoted(indicator_codes() | map('upper')) }})
    union all
    select
        m.indicator,
        m.measure,
        m.formula,
        m.direction,
        m.minimum_figure,
        {{ scale_of('i.frequency') }} as scale_no,
        i.owner_role,
        i.scopes,
        i.cluster_kinds,
        m.base_feed,
        m.told_by
    from {{ ref('indicator_measures') }} as m
    inner join {{ ref('indicators') }} as i on m.indicator = i.code
)

select
    cast(row_number() over (order by indicator, measure) as int) as figure_no,
    indicator,
    measure,
    formula,
    case direction when 'higher' then 1 when 'lower' then -1 else 0 end as better_sign,
    minimum_figure,
    scale_no,
    owner_role,
    scopes,
    cluster_kinds,
    base_feed,
    told_by
from measure
