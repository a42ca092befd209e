-- The table of each curve, month by month; who is at risk is everyone whose last month is not earlier. The groups of institutions
-- that int_retention_deal leaves out one by one are here put together.
with ending as (
    select
        cohort_year,
        level,
        segment,
        segment_value,
        last_month,
        cast(sum(left_n) as bigint) as left_n,
        cast(sum(ended_n - left_n) as bigint) as censored_n
    from {{ ref('int_retention_deal') }}
    group by cohort_year, level, segment, segment_value, last_month
),

-- Every group of people hired has a curve, if only to say that nobody can be followed yet.
curve as (
    select distinct
        {{ school_year_label('h.cohort_start_year') }} as cohort_year,
        l.level,
        h.segment,
        h.segment_value
    from {{ ref('int_retention_hired') }} as h
    cross join ({{ retention_level_rows() }}) as l
    where h.hired_n > 0

    union all

    select distinct
        'all' as cohort_year,
        l.level,
        h.segment,
        h.segment_value
    from {{ ref('int_retention_hired') }} as h
    cross join ({{ retention_level_rows() }}) as l
    where h.hired_n > 0
),

monthly as (
    select
        c.cohort_year,
        c.level,
        c.segment,
        c.segment_value,
        n.number as month,
        {{ counts_or_none('e', ['left_n', 'censored_n']) }}
    from curve as c
    cross join ({{ numbers(2) }}) as n
    left join ending as e
        on
            c.cohort_year = e.cohort_year
            and c.level = e.level
            and c.segment = e.segment
            and c.segment_value = e.segment_value
            and n.number = e.last_month
    where n.number <= {{ var('curve_months') + 1 }}
)

select
    cohort_year,
    level,
    segment,
    segment_value,
    month,
    cast(
        sum(left_n + censored_n) over (
            partition by cohort_year, level, segment, segment_value
            order by month desc
            rows between unbounded preceding and current row
        ) as bigint
    ) as at_risk_n,
    left_n,
    censored_n
from monthly
