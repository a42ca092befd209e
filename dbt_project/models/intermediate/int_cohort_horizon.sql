-- A cohort is observed at a horizon when the horizon day of its last member can be read for everybody. Of a cohort to which
-- nobody came in the end, that is the day on which the last of those hired would have reached it.
with last_day as (
    select
        m.cohort_start_year,
        h.horizon_months,
        coalesce(
            max(case when not m.is_never_started then {{ add_months('m.t0_on', 'h.horizon_months') }} end),
            max({{ add_months('m.t0_on', 'h.horizon_months') }})
        ) as last_horizon_on
    from {{ ref('int_retention_member') }} as m
    cross join ({{ retention_horizons() }}) as h
    group by m.cohort_start_year, h.horizon_months
)

select
    cohort_start_year,
    horizon_months,
    last_horizon_on,
    last_horizon_on <= {{ add_days(as_of(), - var('gap_tolerance_days')) }} as is_observed
from last_day
