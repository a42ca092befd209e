-- Exits over the mean headcount. The error is that of a count of exits that come one by one.
with told as (
    select
        level,
        segment,
        case segment when 'disadvantage_quartile' then 'country' when 'all' then 'country' else segment end as scope,
        case segment when 'disadvantage_quartile' then 'all' else segment_value end as scope_id,
        'school_year' as period_kind,
        school_year as period,
        turnover_value as value,
        exits_n as numerator,
        headcount_value as denominator,
        floor(headcount_value) as n,
        sqrt(cast(exits_n as double)) / nullif(headcount_value, 0) as value_se,
        cast(null as double) as ci_low,
        cast(null as double) as ci_high,
        status
    from {{ ref('retention_turnover') }}
    -- Schools with the most disadvantaged pupils are told of the country alone.
    where {{ is_a_scope() }} or (segment = 'disadvantage_quartile' and segment_value = '4')
    union all
    select
        level,
        'institution' as segment,
        'institution' as scope,
        institution_id as scope_id,
        'school_year' as period_kind,
        school_year as period,
        turnover_value as value,
        exits_n as numerator,
        headcount_value as denominator,
        floor(headcount_value) as n,
        sqrt(cast(exits_n as double)) / nullif(headcount_value, 0) as value_se,
        cast(null as double) as ci_low,
        cast(null as double) as ci_high,
        status
    from {{ staff_turnover(ref('int_staff_institution'), ['institution_id']) }} as gone
)

{{ indicator([
    mart_of('told', "level = 'network' and segment <> 'disadvantage_quartile'"),
    mart_of('told', "level = 'workplace' and segment <> 'disadvantage_quartile'", measure='workplace'),
    mart_of('told', "level = 'profession' and segment <> 'disadvantage_quartile'", measure='profession'),
    mart_of('told', "level = 'network' and segment = 'disadvantage_quartile'", measure='disadvantaged'),
]) }}
