-- The periods that indicators are told of. What is counted as it stands, teachers in post for one, is counted on the last day, or on the
-- last school day where the period ends in the summer: who resigns in June has taught in the year.
with term as (
    select
        *,
        {{ last_school_day('start_year') }} as last_school_on
    from {{ ref('int_school_term') }}
    where start_year > {{ school_year_of(as_of()) }} - {{ var('indicator_years') }} and start_year <= {{ school_year_of(as_of()) }}
),

bounded as (
    {{ periods_of_terms('term', ['quarter', 'semester', 'school_year']) }}
    union all
    select
        'month' as period_kind,
        {{ month_of(add_months('y.first_on', 'n.number')) }} as period,
        y.school_year,
        {{ add_months('y.first_on', 'n.number') }} as starts_on,
        {{ add_days(add_months('y.first_on', 'n.number + 1'), -1) }} as ends_on,
        {{ add_days(add_months('y.first_on', 'n.number + 1'), -1) }} as counted_on
    from (select distinct school_year, {{ school_year_start('school_year') }} as first_on from term) as y
    cross join ({{ numbers(2) }}) as n
    where n.number < 12
),

numbered as (
    select
        period_kind,
        period,
        school_year,
        {{ school_year_start('school_year') }} as year_starts_on,
        starts_on,
        ends_on,
        counted_on,
        ends_on <= {{ as_of() }} as is_over,
        ends_on <= {{ as_of() }} and coalesce(lead(ends_on) over (partition by period_kind order by starts_on) > {{ as_of() }}, true) as is_last,
        cast(row_number() over (partition by period_kind order by starts_on) as int) as period_no,
        cast(row_number() over (order by period_kind, starts_on) as int) as period_key,
        lag(period) over (partition by period_kind order by starts_on) as previous_period
    from bounded
)

select
    *,
    lag(period_key) over (partition by period_kind order by starts_on) as previous_key,
    case period_kind
        when 'month' then lag(period_key, 12) over (partition by period_kind order by starts_on)
        when 'quarter' then lag(period_key, 4) over (partition by period_kind order by starts_on)
        when 'semester' then lag(period_key, 2) over (partition by period_kind order by starts_on)
        else lag(period_key) over (partition by period_kind order by starts_on)
    end as year_before_key
from numbered
