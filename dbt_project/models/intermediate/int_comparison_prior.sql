-- What each institution's retention was in the three cohorts before a day of int_comparison_index: many days share a window,
-- so each is counted once.
with cohort_count as (
    select
        m.institution_id,
        o.cohort_start_year,
        cast(count(*) as int) as hired_n,
        cast(count(case when o.employed_at_workplace in (0, 2) then 1 end) as int) as base_n,
        cast(count(case when o.employed_at_workplace = 2 then 1 end) as int) as retained_n
    from {{ ref('int_retention_outcome') }} as o
    inner join {{ ref('int_retention_member') }} as m on o.member_no = m.member_no
    where o.horizon_months = 12
    group by m.institution_id, o.cohort_start_year
),

before as (
    select distinct last_cohort_start_year
    from {{ ref('int_comparison_index') }}
    where last_cohort_start_year is not null
)

select
    b.last_cohort_start_year,
    c.institution_id,
    cast(sum(c.hired_n) as int) as hired_n,
    cast(sum(c.base_n) as int) as base_n,
    cast(sum(c.retained_n) as int) as retained_n
from before as b
inner join cohort_count as c on c.cohort_start_year between b.last_cohort_start_year - 2 and b.last_cohort_start_year
group by b.last_cohort_start_year, c.institution_id
