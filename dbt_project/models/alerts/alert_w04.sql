-- A payment that has waited too long, until it is paid.
with line as (
    select * from {{ ref('fct_payment') }}
    where planned_kzt > 0
)

{{ waiting_alerts('line', 'line_id', since='due_on', until='paid_on', institution_id='institution_id') }}
