-- Weekly over monthly active users against the target of the cluster, in months of school: in summer nobody comes every week. Where none
-- is set there is nothing to be under.
with told as (
    select
        i.cluster_id,
        cast(null as {{ dbt.type_string() }}) as institution_id,
        '' as object_id,
        i.period,
        p.ends_on,
        i.value,
        i.value - i.target as ahead
    from {{ ref('cluster_indicator') }} as i
    inner join {{ ref('int_period') }} as p on i.period_kind = p.period_kind and i.period = p.period
    where
        i.indicator = 'D3'
        and i.measure = 'main'
        and i.scope = 'cluster'
        and i.period_kind = 'month'
        and i.status = 'ok'
        and i.target is not null
        and month(p.ends_on) not in (6, 7, 8)
),

judged as (
    select
        *,
        ahead < -{{ threshold('W05') }} as is_bad,
        ahead >= {{ margin('W05') }} - {{ threshold('W05') }} as is_clear,
        false as is_watch
    from told
)

{{ period_alerts('judged') }}
