-- Points of the curve, each in the school year in which the cohort is so old.
with told as (
    select
        month,
        {{ scope_of_segment() }},
        'school_year' as period_kind,
        {{ year_reached('month') }} as period,
        survival_share as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        at_risk_n as n,
        coalesce(survival_cluster_se, survival_se) as value_se,
        coalesce(survival_cluster_ci_low, survival_ci_low) as ci_low,
        coalesce(survival_cluster_ci_high, survival_ci_high) as ci_high,
        status
    from {{ ref('retention_curve') }}
    where level = 'network' and month in (12, 24, 36, 60) and cohort_year <> 'all' and {{ is_a_scope() }}
)

{{ indicator([
    mart_of('told', 'month = 12'),
    mart_of('told', 'month = 24', measure='months_24'),
    mart_of('told', 'month = 36', measure='months_36'),
    mart_of('told', 'month = 60', measure='months_60'),
]) }}
