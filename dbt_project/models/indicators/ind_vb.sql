-- Of all grades and subjects, by their pupils. The same schools stand in all of them, so that errors are added as if they always went
-- together.
with told as (
    select
        'country' as scope,
        'all' as scope_id,
        'school_year' as period_kind,
        school_year as period,
        measure,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        max(case when figure is not null then pupils_n end) as n,
        cast(sum({{ exact('pupils_n * figure') }}) as double) / sum(case when figure is not null then pupils_n end) as value,
        case
            when count(figure) = count(error)
                then cast(sum({{ exact('pupils_n * error') }}) as double) / sum(case when figure is not null then pupils_n end)
        end as value_se,
        case when count(figure) > 0 then 'ok' else min(status) end as status
    from (
        select
            school_year,
            'main' as measure,
            pupils_n,
            between_share as figure,
            between_se as error,
            status
        from {{ ref('learning_spread') }}
        union all
        select
            school_year,
            'change' as measure,
            pupils_n,
            change_value as figure,
            change_se as error,
            status
        from {{ ref('learning_spread') }}
    ) as listed
    group by school_year, measure
),

bounded as (
    select
        *,
        case when measure = 'main' then greatest(cast(0 as double), value - {{ z95() }} * value_se) else value - {{ z95() }} * value_se end as ci_low,
        case when measure = 'main' then least(cast(1 as double), value + {{ z95() }} * value_se) else value + {{ z95() }} * value_se end as ci_high
    from told
)

{{ indicator([
    mart_of('bounded', "measure = 'main'"),
    mart_of('bounded', "measure = 'change'", measure='change'),
]) }}
