-- An open risk that nobody has looked at for a quarter of a year, since it was opened or last reviewed.
with risk as (
    select * from {{ ref('fct_risk') }}
)

{{ waiting_alerts('risk', 'risk_id', since='coalesce(reviewed_on, opened_on)', until='closed_on', owner_role='owner_role') }}
