-- Of teachers with any course, by the school year of the results after it.
with told as (
    select
        scope,
        scope_id,
        'school_year' as period_kind,
        school_year as period,
        difference_sd as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        pupils_n as n,
        difference_se as value_se,
        difference_ci_low as ci_low,
        difference_ci_high as ci_high,
        status
    from {{ ref('course_outcome') }}
    where unit_id = 'all'
)

{{ indicator([mart_of('told')]) }}
