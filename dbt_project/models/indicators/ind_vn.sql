-- What joining a network changes, by the school year of the results; nobody can say it of one network.
with told as (
    select
        outcome,
        'country' as scope,
        'all' as scope_id,
        'school_year' as period_kind,
        aggregation_value as period,
        effect_value as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        institutions_n as n,
        effect_se as value_se,
        effect_ci_low as ci_low,
        effect_ci_high as ci_high,
        status
    from {{ ref('network_effect') }}
    where aggregation = 'calendar'
)

{{ indicator([
    mart_of('told', "outcome = 'score'"),
    mart_of('told', "outcome = 'residual'", measure='residual'),
]) }}
