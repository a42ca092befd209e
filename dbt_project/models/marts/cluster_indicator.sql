-- No indicator is ever absent of a cluster, an oblast or the country: where it cannot be told, the status says why.
-- Baseline and target are those of the newest decision taken by the last day of the period.
with decided as (
    select
        t.indicator,
        'main' as measure,
        t.scope,
        {{ decided_scope_id('t') }} as scope_id,
        p.period_kind,
        p.period,
        cast(t.baseline_value as double) as baseline,
        -- Without a day of its own a baseline is of the day of the decision.
        case when t.baseline_value is not null then coalesce(t.baseline_on, t.set_on) end as baseline_on,
        cast(t.target_value as double) as target,
        t.target_on,
        row_number() over (
            partition by t.indicator, t.scope, {{ decided_scope_id('t') }}, p.period_kind, p.period order by t.set_on desc, t.scope_id desc
        ) as choice
    from {{ ref('fct_target') }} as t
    inner join {{ ref('int_period') }} as p on t.set_on <= p.ends_on
)

select
    {{ as_of() }} as as_of_on,
    t.indicator,
    t.measure,
    t.scope,
    t.scope_id,
    case when t.scope = 'cluster' then t.scope_id end as cluster_id,
    t.period_kind,
    t.period,
    t.owner_role,
    case when t.is_told then t.value end as value,
    case when t.is_told then t.numerator end as numerator,
    case when t.is_told then t.denominator end as denominator,
    case when t.is_told or t.status = 'too_few' then t.n end as n,
    case when t.is_told then t.value_se end as value_se,
    case when t.is_told then t.ci_low end as ci_low,
    case when t.is_told then t.ci_high end as ci_high,
    g.baseline,
    g.baseline_on,
    g.target,
    g.target_on,
    case when t.is_told and e.is_told then t.value - e.value end as change_value,
    case
        when not coalesce(t.is_told and e.is_told, false) then 'none'
        when {{ has_changed('t', 'e') }} is null then 'none'
        when not {{ has_changed('t', 'e') }} then 'same'
        when t.better_sign = 0 then 'none'
        when (t.value - e.value) * t.better_sign > 0 then 'better'
        else 'worse'
    end as trend,
    case
        when not t.is_told or t.better_sign = 0 then 'none'
        when (t.value - g.target) * t.better_sign >= 0 then 'target_met'
        when (t.value - g.baseline) * t.better_sign > 0 then 'better_than_baseline'
        when g.baseline is not null then 'no_better_than_baseline'
        when g.target is not null then 'short_of_target'
        else 'none'
    end as band,
    t.members_n,
    t.told_n as delivered_n,
    cast(t.told_n as double) / t.members_n as completeness_share,
    t.missing_members,
    t.status
from {{ ref('indicator_told') }} as t
left join {{ ref('indicator_told') }} as e
    on t.figure_no = e.figure_no and t.scope = e.scope and t.scope_id = e.scope_id and t.previous_key = e.period_key
left join decided as g
    on
        t.indicator = g.indicator
        and t.measure = g.measure
        and t.scope = g.scope
        and t.scope_id = g.scope_id
        and t.period_kind = g.period_kind
        and t.period = g.period
        and g.choice = 1
