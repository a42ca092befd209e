with counted as (
    select
        h.cohort_year,
        l.level,
        e.estimand,
        h.segment,
        h.segment_value,
        h.horizon_months,
        h.hired_n,
        h.unproved_n,
        h.never_started_n,
        h.institutions_n,
        h.cohorts_n,
        h.is_observed,
        -- Nobody hired: nobody is retained, unknown or removed.
        case when h.is_observed then coalesce(c.retained_n, 0) end as retained_n,
        case when h.is_observed then coalesce(c.unknown_n, 0) end as unknown_n,
        case when h.is_observed then coalesce(c.removed_n, 0) end as removed_n,
        case when h.is_observed and c.base_n > 0 then c.base_n end as base_n,
        c.base_institutions_n,
        c.retained_squared_n,
        c.retained_by_base_n,
        c.base_squared_n
    from {{ ref('int_retention_pool') }} as h
    cross join ({{ retention_level_rows() }}) as l
    cross join ({{ retention_estimand_rows() }}) as e
    left join {{ ref('int_retention_count') }} as c
        on
            h.cohort_year = c.cohort_year
            and l.level = c.level
            and e.estimand = c.estimand
            and h.segment = c.segment
            and h.segment_value = c.segment_value
            and h.horizon_months = c.horizon_months
),

-- deff: between-institution variance of the ratio R / N over its binomial variance. With r and n of each of J institutions it
-- is J / (J - 1) x sum (r N - n R)^2 / (N R (N - R)); the sums are whole numbers up to the division.
shared as (
    select
        *,
        cast(retained_n as double) / base_n as share,
        case
            when base_institutions_n >= {{ minimum_n('cluster_interval') }}
                then
                    case
                        when retained_n = 0 or retained_n = base_n then cast(1 as double)
                        else greatest(
                            cast(1 as double),
                            cast(base_institutions_n as double) / (base_institutions_n - 1)
                            * cast(
                                retained_squared_n * base_n * base_n
                                - 2 * retained_by_base_n * retained_n * base_n
                                + base_squared_n * retained_n * retained_n
                                as double
                            ) / (cast(base_n as double) * retained_n * (base_n - retained_n))
                        )
                    end
        end as deff
    from counted
),

sized as (
    select
        *,
        cast(base_n as double) as n,
        cast(base_n as double) / deff as n_cluster
    from shared
)

select
    {{ as_of() }} as as_of_on,
    cohort_year,
    level,
    estimand,
    segment,
    segment_value,
    horizon_months,
    hired_n,
    retained_n,
    unknown_n,
    removed_n,
    unproved_n,
    never_started_n,
    institutions_n,
    cohorts_n,
    share as index_share,
    {{ wilson_low('share', 'n') }} as index_ci_low,
    {{ wilson_high('share', 'n') }} as index_ci_high,
    {{ wilson_low('share', 'n_cluster') }} as index_cluster_ci_low,
    {{ wilson_high('share', 'n_cluster') }} as index_cluster_ci_high,
    cast(retained_n as double) / nullif(hired_n - removed_n, 0) as bound_low_share,
    cast(retained_n + unknown_n as double) / nullif(hired_n - removed_n, 0) as bound_high_share,
    case
        when not is_observed then 'not_yet_observed'
        when coalesce(base_n, 0) < {{ minimum_n('index') }} then 'too_few'
        else 'ok'
    end as status
from sized
