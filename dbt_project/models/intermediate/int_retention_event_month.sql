-- Events by cause and month of each group, and those at risk: the table of the cumulative incidences.
with member as (
    {{ with_segments(ref('int_retention_event')) }}
),

split as (
    {{ counted_by_segment('member', ['cohort_start_year', 'level', 'last_month'], event_measures(), by_institution=false) }}
),

counted as (
    select
        cohort_start_year,
        level,
        segment,
        segment_value,
        last_month,
        {{ summed(event_measures()) }}
    from split
    group by cohort_start_year, level, segment, segment_value, last_month
),

ending as (
    select
        {{ school_year_label('cohort_start_year') }} as cohort_year,
        level,
        segment,
        segment_value,
        last_month,
        {{ event_measures() | join(',\n        ') }}
    from counted

    union all

    select
        'all' as cohort_year,
        level,
        segment,
        segment_value,
        last_month,
        {{ summed(event_measures()) }}
    from counted
    group by level, segment, segment_value, last_month
),

-- A row for each month up to the last in which somebody is at risk.
curve as (
    select
        cohort_year,
        level,
        segment,
        segment_value,
        max(last_month) as last_month
    from ending
    group by cohort_year, level, segment, segment_value
),

monthly as (
    select
        c.cohort_year,
        c.level,
        c.segment,
        c.segment_value,
        n.number as month,
        {{ counts_or_none('e', event_measures()) }}
    from curve as c
    inner join ({{ numbers(2) }}) as n on c.last_month >= n.number
    left join ending as e
        on
            c.cohort_year = e.cohort_year
            and c.level = e.level
            and c.segment = e.segment
            and c.segment_value = e.segment_value
            and n.number = e.last_month
)

select
    cohort_year,
    level,
    segment,
    segment_value,
    cast(month as int) as month,
    cast(
        sum({{ event_measures() | join(' + ') }}) over (
            partition by cohort_year, level, segment, segment_value
            order by month desc
            rows between unbounded preceding and current row
        ) as bigint
    ) as at_risk_n,
    {{ event_measures() | join(',\n    ') }}
from monthly
