-- The quarters whose last day can be read for everybody, for each horizon from the fourth on after the first horizon day: an index
-- of a quarter takes the twelve months that end with it.
with term as (
    select
        {{ quarter_no() }} as quarter_no,
        t.quarter,
        t.ends_on
    from {{ ref('int_school_term') }} as t
),

first_day as (
    select
        h.horizon_months,
        min({{ add_months('m.t0_on', 'h.horizon_months') }}) as horizon_on
    from {{ ref('int_retention_member') }} as m
    cross join ({{ retention_horizons() }}) as h
    group by h.horizon_months
),

first_quarter as (
    select
        f.horizon_months,
        {{ quarter_no() }} as quarter_no
    from first_day as f
    {{ join_term('f.horizon_on', relation='int_school_term') }}
),

readable as (
    select
        t.quarter_no,
        t.quarter,
        t.ends_on,
        f.horizon_months,
        max(t.quarter_no) over () as last_quarter_no
    from term as t
    inner join first_quarter as f on t.quarter_no >= f.quarter_no + 3
    where t.ends_on <= {{ add_days(as_of(), - var('gap_tolerance_days')) }}
)

select
    quarter_no,
    quarter,
    ends_on,
    horizon_months
from readable
where quarter_no > last_quarter_no - {{ var('retention_quarters') }}
