select
    f.line_id,
    f.cluster_id,
    f.budget_year,
    f.kind,
    f.institution_id,
    f.payer_id,
    f.source as funding_source,
    f.kpi_code as indicator,
    {{ periods(payment_due_on('f')) }},
    f.planned_kzt,
    {{ payment_due_on('f') }} as due_on,
    case when {{ payment_on('f') }} is not null then f.paid_kzt else 0 end as paid_kzt,
    {{ payment_on('f') }} as paid_on,
    cast(greatest({{ days_between(payment_due_on('f'), 'coalesce(' ~ payment_on('f') ~ ', ' ~ as_of() ~ ')') }}, 0) as int) as late_days,
    case
        when {{ payment_on('f') }} is not null then 'paid'
        when {{ payment_due_on('f') }} < {{ as_of() }} then 'unpaid'
        else 'not_due'
    end as payment_status
from {{ ref('int_finance__accepted') }} as f
{{ join_term(payment_due_on('f')) }}
