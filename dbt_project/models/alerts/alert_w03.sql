-- What is unspent of the lines of a budget year that are due, at the end of each quarter.
with due as (
    select
        f.cluster_id,
        p.period,
        p.ends_on,
        sum(f.planned_kzt) as planned_kzt,
        sum(case when f.paid_on <= p.ends_on then f.paid_kzt else 0 end) as paid_kzt
    from {{ ref('fct_payment') }} as f
    cross join {{ ref('int_period') }} as p
    where p.period_kind = 'quarter' and p.is_over and f.budget_year = year(p.ends_on) and f.due_on <= p.ends_on
    group by f.cluster_id, p.period, p.ends_on
),

told as (
    select
        cluster_id,
        cast(null as {{ dbt.type_string() }}) as institution_id,
        '' as object_id,
        period,
        ends_on,
        cast(planned_kzt - paid_kzt as double) / cast(planned_kzt as double) as value
    from due
    where planned_kzt > 0
),

judged as (
    select
        *,
        value > {{ threshold('W03') }} as is_bad,
        value <= {{ threshold('W03') }} - {{ margin('W03') }} as is_clear,
        false as is_watch
    from told
)

{{ period_alerts('judged') }}
