-- An indicator that a year after its baseline was set is no better, in its own shortest period.
with told as (
    select
        i.cluster_id,
        cast(null as {{ dbt.type_string() }}) as institution_id,
        i.indicator as object_id,
        i.period,
        p.ends_on,
        i.value,
        i.band = 'target_met' as is_target_met,
        {{ add_months('i.baseline_on', 12) }} <= p.ends_on as is_due,
        (i.value - i.baseline) * case d.direction when 'higher' then 1 when 'lower' then -1 end as gain,
        false as is_watch
    from {{ ref('cluster_indicator') }} as i
    inner join {{ ref('dim_indicator') }} as d on i.indicator = d.indicator and i.period_kind = d.frequency
    inner join {{ ref('int_period') }} as p on i.period_kind = p.period_kind and i.period = p.period
    where
        i.scope = 'cluster'
        and i.measure = 'main'
        and i.status = 'ok'
        and i.baseline is not null
),

judged as (
    select
        *,
        is_due and not is_target_met and gain <= {{ threshold('W18') }} as is_bad,
        -- A new baseline begins anew, and what was said of the old one ends.
        not is_due or is_target_met or gain > {{ threshold('W18') }} + {{ margin('W18') }} as is_clear
    from told
),

opened as (
    {{ period_alerts('judged') }}
)

select
    o.rule,
    o.cluster_id,
    o.institution_id,
    o.object_id,
    o.period,
    o.opened_on,
    o.closed_on,
    o.value,
    o.is_watch,
    d.owner_role
from opened as o
inner join {{ ref('dim_indicator') }} as d on o.object_id = d.indicator
