-- A curve falls in months in which somebody left and keeps its value in the others; which those are, seen from each month.
-- Each curve has a number: the large tables of int_retention_jackknife carry it in place of four words.
with numbered as (
    select
        cast(dense_rank() over (order by cohort_year, level, segment, segment_value) as int) as curve_no,
        cohort_year,
        level,
        segment,
        segment_value,
        cast(month as int) as month,
        cast(at_risk_n as int) as at_risk_n,
        cast(left_n as int) as left_n
    from {{ ref('int_retention_month') }}
    where month between 1 and {{ var('curve_months') }} and at_risk_n > 0
)

select
    curve_no,
    cohort_year,
    level,
    segment,
    segment_value,
    month,
    at_risk_n,
    left_n,
    max(case when left_n > 0 then month end) over (
        partition by curve_no
        order by month
        rows between unbounded preceding and current row
    ) as last_left_month,
    min(case when left_n > 0 then month end) over (
        partition by curve_no
        order by month
        rows between 1 following and unbounded following
    ) as next_left_month
from numbered
