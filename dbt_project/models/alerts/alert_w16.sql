-- A quarter in which money was due and none was paid.
with quarter as (
    select * from {{ ref('int_period') }}
    where period_kind = 'quarter' and is_over
),

due as (
    select
        f.cluster_id,
        q.period,
        q.ends_on,
        sum(case when f.due_on between q.starts_on and q.ends_on then f.planned_kzt else 0 end) as planned_kzt,
        sum(case when f.paid_on between q.starts_on and q.ends_on then f.paid_kzt else 0 end) as paid_kzt
    from {{ ref('fct_payment') }} as f
    cross join quarter as q
    group by f.cluster_id, q.period, q.ends_on
),

judged as (
    select
        cluster_id,
        cast(null as {{ dbt.type_string() }}) as institution_id,
        '' as object_id,
        period,
        ends_on,
        planned_kzt as value,
        -- A quarter in which nothing was due and nothing paid says neither.
        case when planned_kzt > 0 or paid_kzt > 0 then planned_kzt > {{ threshold('W16') }} and paid_kzt = 0 end as is_bad,
        paid_kzt > 0 as is_clear,
        false as is_watch
    from due
)

{{ period_alerts('judged') }}
