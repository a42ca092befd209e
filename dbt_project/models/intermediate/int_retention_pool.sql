with cohort as (
    select
        cohort_start_year,
        segment,
        segment_value,
        cast(sum(hired_n) as bigint) as hired_n,
        cast(sum(unproved_n) as bigint) as unproved_n,
        cast(sum(never_started_n) as bigint) as never_started_n,
        cast(count(case when hired_n > 0 then 1 end) as bigint) as institutions_n
    from {{ ref('int_retention_hired') }}
    group by cohort_start_year, segment, segment_value
),

cohort_at as (
    select
        c.*,
        h.horizon_months,
        coalesce(o.is_observed, false) as is_observed
    from cohort as c
    cross join ({{ retention_horizons() }}) as h
    left join {{ ref('int_cohort_horizon') }} as o
        on c.cohort_start_year = o.cohort_start_year and h.horizon_months = o.horizon_months
),

-- Who is observed at a horizon is observed at every nearer one, so the farthest tells at which an institution is in the pool.
reached as (
    select
        r.segment,
        r.segment_value,
        r.institution_id,
        max(o.farthest_months) as farthest_months
    from {{ ref('int_retention_hired') }} as r
    inner join (
        select
            cohort_start_year,
            max(horizon_months) as farthest_months
        from {{ ref('int_cohort_horizon') }}
        where is_observed
        group by cohort_start_year
    ) as o on r.cohort_start_year = o.cohort_start_year
    where r.hired_n > 0
    group by r.segment, r.segment_value, r.institution_id
),

pooled_institutions as (
    select
        r.segment,
        r.segment_value,
        h.horizon_months,
        cast(count(case when r.farthest_months >= h.horizon_months then 1 end) as bigint) as institutions_n
    from reached as r
    cross join ({{ retention_horizons() }}) as h
    group by r.segment, r.segment_value, h.horizon_months
),

-- The pool of the cohorts observed at the horizon; a row stands for every value that occurs, observed or not yet.
pooled as (
    select
        segment,
        segment_value,
        horizon_months,
        cast(sum(case when is_observed then hired_n else 0 end) as bigint) as hired_n,
        cast(sum(case when is_observed then unproved_n else 0 end) as bigint) as unproved_n,
        cast(sum(case when is_observed then never_started_n else 0 end) as bigint) as never_started_n,
        cast(count(case when is_observed and hired_n > 0 then 1 end) as bigint) as cohorts_n,
        max(case when is_observed then 1 else 0 end) = 1 as is_observed
    from cohort_at
    group by segment, segment_value, horizon_months
),

listed as (
    select
        {{ school_year_label('cohort_start_year') }} as cohort_year,
        segment,
        segment_value,
        horizon_months,
        hired_n,
        unproved_n,
        never_started_n,
        institutions_n,
        cast(1 as bigint) as cohorts_n,
        is_observed
    from cohort_at

    union all

    select
        'all' as cohort_year,
        p.segment,
        p.segment_value,
        p.horizon_months,
        p.hired_n,
        p.unproved_n,
        p.never_started_n,
        coalesce(i.institutions_n, cast(0 as bigint)) as institutions_n,
        p.cohorts_n,
        p.is_observed
    from pooled as p
    left join pooled_institutions as i
        on p.segment = i.segment and p.segment_value = i.segment_value and p.horizon_months = i.horizon_months
)

select
    cohort_year,
    segment,
    segment_value,
    horizon_months,
    hired_n,
    unproved_n,
    never_started_n,
    institutions_n,
    cohorts_n,
    is_observed
from listed
