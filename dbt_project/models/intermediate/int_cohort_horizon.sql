-- A cohort is observed at a horizon when the horizon day of its last member can be read for everybody.
select
    m.cohort_start_year,
    h.horizon_months,
    max({{ add_months('m.t0_on', 'h.horizon_months') }}) as last_horizon_on,
    max({{ add_months('m.t0_on', 'h.horizon_months') }}) <= {{ add_days(as_of(), - var('gap_tolerance_days')) }} as is_observed
from {{ ref('int_retention_member') }} as m
cross join ({{ retention_horizons() }}) as h
where not m.is_never_started
group by m.cohort_start_year, h.horizon_months
