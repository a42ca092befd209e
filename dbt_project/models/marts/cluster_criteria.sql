-- What the criteria are made of, for each cluster and school year, told or not. A count counts per member: more members have more of
-- everything.
with composition as (
    select
        m.criterion,
        m.indicator,
        m.measure,
        m.aspect,
        coalesce(o.formula, i.formula) as formula,
        coalesce(o.unit, i.unit) as unit,
        coalesce(o.direction, i.direction) as direction,
        i.cluster_kinds,
        case when m.measure = 'main' then cast(i.reference_value as double) end as reference,
        case when m.measure = 'main' then cast(i.target_value as double) end as target,
        case when coalesce(o.direction, i.direction) = 'lower' then -1 else 1 end as better_sign,
        cast(coalesce(m.weight, 1) as double) / sum(cast(coalesce(m.weight, 1) as double)) over (partition by m.criterion) as part,
        cast(coalesce(c.weight, 1) as double) as weight,
        cast(1 as double) / count(*) over (partition by m.criterion) as row_part
    from {{ ref('criteria_indicators') }} as m
    inner join {{ ref('criteria') }} as c on m.criterion = c.criterion
    inner join {{ ref('indicators') }} as i on m.indicator = i.code
    left join {{ ref('indicator_measures') }} as o on m.indicator = o.indicator and m.measure = o.measure
),

weighed as (
    select
        *,
        round(part * weight / sum(weight * row_part) over (), 12) as weight_share,
        -- A share has ends of its own, where the registry names none. What the registry says of a count is not said per member.
        case when formula <> 'count' then coalesce(reference, case when unit = 'share' then (1 - better_sign) / 2 end) end as listed_reference,
        case when formula <> 'count' then coalesce(target, case when unit = 'share' then (1 + better_sign) / 2 end) end as listed_target
    from composition
),

-- Each cluster in each school year in which anything is said of it.
place as (
    select distinct
        i.scope_id as cluster_id,
        k.kind,
        i.period,
        p.previous_period,
        p.counted_on,
        p.is_over
    from {{ ref('cluster_indicator') }} as i
    inner join {{ ref('dim_cluster') }} as k on i.scope_id = k.cluster_id
    inner join {{ ref('int_period') }} as p on i.period_kind = p.period_kind and i.period = p.period
    where i.scope = 'cluster' and i.period_kind = 'school_year'
),

member as (
    select
        p.cluster_id,
        p.period,
        count(distinct m.member_id) as members_n
    from place as p
    inner join {{ ref('int_scope_member') }} as m
        on
            m.scope = 'cluster' and m.member_kind = 'institution' and p.cluster_id = m.scope_id
            and p.counted_on between m.from_on and m.through_on
    group by p.cluster_id, p.period
),

figure as (
    select
        w.*,
        p.cluster_id,
        p.period,
        p.previous_period,
        case
            when i.status is not null and not coalesce(w.formula = 'count' and m.members_n is null, false) then i.status
            when w.cluster_kinds not like concat('%', p.kind, '%') then 'not_applicable'
            when not p.is_over then 'not_yet_observed'
            else 'not_collected'
        end as figure_status,
        i.value / case when w.formula = 'count' then m.members_n else 1 end as value,
        -- As with changes of shares, one unit is added to each side: a share of 0 or 1 is not certain.
        case
            when w.formula = 'share' and i.n > 0 and i.numerator between 0 and i.n then sqrt({{ agresti_variance('i') }})
            else i.value_se
        end as value_se,
        i.baseline / case when w.formula = 'count' then m.members_n else 1 end as own_reference,
        i.target / case when w.formula = 'count' then m.members_n else 1 end as own_target
    from place as p
    cross join weighed as w
    left join {{ ref('cluster_indicator') }} as i
        on
            p.cluster_id = i.scope_id and i.scope = 'cluster' and i.period_kind = 'school_year' and p.period = i.period
            and w.indicator = i.indicator and w.measure = i.measure
    left join member as m on p.cluster_id = m.cluster_id and p.period = m.period
),

-- A figure of few people counts as none: it would say more of chance than of the cluster.
component as (
    select
        f.*,
        f.value - e.value as change_on_year,
        case when f.aspect = 'level' then f.value else f.value - e.value end as component_value,
        case when f.aspect = 'level' then f.value_se else sqrt(power(f.value_se, 2) + power(e.value_se, 2)) end as component_se,
        case
            when f.figure_status <> 'ok' or f.aspect = 'level' then f.figure_status
            when e.figure_status = 'too_few' then 'too_few'
            when e.value is null then 'no_year_before'
            else 'ok'
        end as status,
        case
            when f.aspect = 'change' then 'group'
            when (f.own_target - f.own_reference) * f.better_sign > 0 then 'cluster'
            when (f.own_target - f.listed_reference) * f.better_sign > 0 then 'cluster_target'
            when (f.listed_target - f.listed_reference) * f.better_sign > 0 then 'registry'
            else 'group'
        end as bounds
    from figure as f
    left join figure as e
        on
            f.cluster_id = e.cluster_id and f.previous_period = e.period and f.criterion = e.criterion and f.indicator = e.indicator
            and f.measure = e.measure and f.aspect = e.aspect
)

select
    {{ as_of() }} as as_of_on,
    cluster_id,
    period,
    criterion,
    indicator,
    measure,
    aspect,
    direction,
    value,
    change_on_year,
    case when status = 'ok' then component_value end as component_value,
    case when status = 'ok' then component_se end as component_se,
    bounds,
    case bounds
        when 'cluster' then own_reference
        when 'cluster_target' then listed_reference
        when 'registry' then listed_reference
    end as reference_value,
    case bounds
        when 'cluster' then own_target
        when 'cluster_target' then own_target
        when 'registry' then listed_target
    end as target_value,
    weight_share,
    round(sum(case when status = 'ok' then part else 0 end) over (partition by cluster_id, period, criterion), 9) as coverage_share,
    status
from component
