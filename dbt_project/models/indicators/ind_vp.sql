-- Classes with practicants, and with young main teachers, beside others: of all grades and subjects of a school year together.
with told as (
    select
        exposure,
        'country' as scope,
        'all' as scope_id,
        'school_year' as period_kind,
        school_year as period,
        difference_sd as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        pupils_with_n as n,
        difference_se as value_se,
        difference_ci_low as ci_low,
        difference_ci_high as ci_high,
        status
    from {{ ref('value_added_class') }}
    where grade is null
)

{{ indicator([
    mart_of('told', "exposure = 'practicant'"),
    mart_of('told', "exposure = 'young_main'", measure='young_main'),
]) }}
