-- Members beside their controls. Hires of all years since joining are compared together, so it is told of the last school year alone.
with compared as (
    select
        c.*,
        case cluster_id when 'all' then 'country' else 'cluster' end as scope,
        cluster_id as scope_id,
        p.period_kind,
        p.period,
        difference_value as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        member_n as n,
        difference_se as value_se,
        difference_ci_low as ci_low,
        difference_ci_high as ci_high
    from {{ ref('retention_comparison') }} as c
    cross join {{ each_period('school_year') }} as p
    where p.is_last
),

-- The test that members and controls leave at one pace: a chance, which has no interval.
tested as (
    select
        scope,
        scope_id,
        period_kind,
        period,
        log_rank_p_value as value,
        numerator,
        denominator,
        member_n + control_n as n,
        cast(null as double) as value_se,
        cast(null as double) as ci_low,
        cast(null as double) as ci_high,
        status
    from compared
    where level = 'workplace' and measure = 'index_12'
)

{{ indicator([
    mart_of('compared', "level = 'workplace' and measure = 'index_12'"),
    mart_of('compared', "level = 'workplace' and measure = 'index_36'", measure='index_36'),
    mart_of('compared', "level = 'profession' and measure = 'index_12'", measure='profession'),
    mart_of('compared', "level = 'workplace' and measure = 'rmst_12'", measure='mean_months_12'),
    mart_of('compared', "level = 'workplace' and measure = 'rmst_36'", measure='mean_months_36'),
    mart_of('tested', measure='log_rank'),
]) }}
