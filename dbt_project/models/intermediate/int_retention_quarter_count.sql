-- Outcomes in the twelve months that end with each quarter, counted per institution and then put together as in int_retention_count.
with told as (
    {{ with_segments(ref('int_retention_outcome')) }}
    where r.quarter_no > (select min(quarter_no) - 4 from {{ ref('int_retention_quarter') }})
),

counted as (
    {{ counted_by_segment('told', ['quarter_no', 'horizon_months'], outcome_measures()) }}
),

institution as (
    select
        q.quarter,
        c.segment,
        c.segment_value,
        c.institution_id,
        c.horizon_months,
        {{ summed(outcome_measures()) }}
    from counted as c
    inner join {{ ref('int_retention_quarter') }} as q
        on c.horizon_months = q.horizon_months and c.quarter_no between q.quarter_no - 3 and q.quarter_no
    group by q.quarter, c.segment, c.segment_value, c.institution_id, c.horizon_months
),

put_together as (
    {{ together('institution', 'quarter', ['quarter', 'segment', 'segment_value', 'horizon_months']) }}
),

listed as (
    {{ outcome_rows('put_together') }}
)

select
    cohort_year as quarter,
    level,
    estimand,
    segment,
    segment_value,
    horizon_months,
    retained_n,
    unknown_n,
    removed_n,
    base_n,
    base_institutions_n,
    retained_squared_n,
    retained_by_base_n,
    base_squared_n
from listed
