-- Users of the platform by month, so that each counts once for a day, a week or the month in whatever scope. Those of one institution are
-- summed for it; whoever was at several in the month stands alone, once for each day, week and month. A month has four weeks of seven days
-- from its first day on: each lies in one month, and all are alike. What is left of it, days 29 to 31, is in no week.
{%- set week_no = 'cast(floor((day(active_on) - 1) / 7) as int)' %}
with of_user as (
    select
        user_id,
        month,
        min(institution_id) as institution_id,
        min(institution_id) <> max(institution_id) as is_shared,
        count(*) as days_n,
        max(case when {{ week_no }} = 0 then 1 else 0 end)
        + max(case when {{ week_no }} = 1 then 1 else 0 end)
        + max(case when {{ week_no }} = 2 then 1 else 0 end)
        + max(case when {{ week_no }} = 3 then 1 else 0 end) as weeks_n
    from {{ ref('fct_platform_day') }}
    where institution_id is not null
    group by user_id, month
),

shared as (
    select
        d.institution_id,
        d.user_id,
        d.month,
        d.active_on,
        case when {{ week_no }} < 4 then {{ week_no }} end as week_no
    from {{ ref('fct_platform_day') }} as d
    inner join of_user as o on d.user_id = o.user_id and d.month = o.month
    where o.is_shared and d.institution_id is not null
),

told as (
    select
        institution_id,
        month,
        cast(null as {{ dbt.type_string() }}) as unit,
        days_n,
        weeks_n,
        1 as months_n
    from of_user
    where not is_shared
    union all
    select
        institution_id,
        month,
        concat(user_id, ' on ', cast(active_on as {{ dbt.type_string() }})) as unit,
        1 as days_n,
        0 as weeks_n,
        0 as months_n
    from shared
    union all
    select distinct
        institution_id,
        month,
        concat(user_id, ' in week ', cast(week_no as {{ dbt.type_string() }}), ' of ', month) as unit,
        0 as days_n,
        1 as weeks_n,
        0 as months_n
    from shared
    where week_no is not null
    union all
    select distinct
        institution_id,
        month,
        concat(user_id, ' in ', month) as unit,
        0 as days_n,
        0 as weeks_n,
        1 as months_n
    from shared
),

summed as (
    select
        institution_id,
        month,
        unit,
        cast(sum(days_n) as bigint) as user_days_n,
        cast(sum(weeks_n) as bigint) as user_weeks_n,
        cast(sum(months_n) as bigint) as user_months_n
    from told
    group by institution_id, month, unit
)

select
    s.institution_id,
    t.school_year,
    t.semester,
    t.quarter,
    s.month,
    s.unit,
    s.user_days_n,
    s.user_weeks_n,
    s.user_months_n
from summed as s
{{ join_term(first_of_month('s.month')) }}
