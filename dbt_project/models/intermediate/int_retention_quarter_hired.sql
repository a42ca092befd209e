-- Who was hired for the twelve months that end with each quarter at each horizon: those whose horizon day lies in them.
with member as (
    select
        m.*,
        h.horizon_months,
        {{ add_months('m.t0_on', 'h.horizon_months') }} as horizon_on
    from {{ ref('int_retention_member') }} as m
    cross join ({{ retention_horizons() }}) as h
),

placed as (
    select
        m.*,
        {{ quarter_no() }} as quarter_no
    from member as m
    {{ join_term('m.horizon_on', relation='int_school_term') }}
    where {{ quarter_no() }} > (select min(quarter_no) - 4 from {{ ref('int_retention_quarter') }})
),

split as (
    {{ counted_by_segment('placed', ['cohort_start_year', 'quarter_no', 'horizon_months'], {
        'hired_n': 'not is_never_started',
        'unproved_n': 'not is_never_started and not is_proved',
        'never_started_n': 'is_never_started',
    }) }}
),

rolling as (
    select
        q.quarter_no,
        q.quarter,
        s.segment,
        s.segment_value,
        s.horizon_months,
        s.institution_id,
        s.cohort_start_year,
        s.hired_n,
        s.unproved_n,
        s.never_started_n
    from split as s
    inner join {{ ref('int_retention_quarter') }} as q
        on s.horizon_months = q.horizon_months and s.quarter_no between q.quarter_no - 3 and q.quarter_no
)

select
    quarter_no,
    quarter,
    segment,
    segment_value,
    horizon_months,
    cast(sum(hired_n) as bigint) as hired_n,
    cast(sum(unproved_n) as bigint) as unproved_n,
    cast(sum(never_started_n) as bigint) as never_started_n,
    cast(count(distinct case when hired_n > 0 then institution_id end) as bigint) as institutions_n,
    cast(count(distinct case when hired_n > 0 then cohort_start_year end) as bigint) as cohorts_n
from rolling
group by quarter_no, quarter, segment, segment_value, horizon_months
