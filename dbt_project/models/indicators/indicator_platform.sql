-- Users of the platform by month, so that each counts once for a day, a week or the month in whatever scope. Those of one institution are
-- summed for it; whoever was at several in the month stands alone, once for each day, week and month. A month has four weeks of seven days
-- from its first day on: each lies in one month, and all are alike. What is left of it, days 29 to 31, is in no week.
with of_user as (
    select
        institution_id,
        user_id,
        month,
        count(*) as days_n,
        -- A bit for each week.
        bit_count(bit_or(cast(power(2, floor((day(active_on) - 1) / 7)) as int)) & 15) as weeks_n
    from {{ ref('fct_platform_day') }}
    where institution_id is not null
    group by institution_id, user_id, month
),

shared as (
    select
        user_id,
        month
    from of_user
    group by user_id, month
    having count(*) > 1
),

apart as (
    select
        d.institution_id,
        d.user_id,
        d.month,
        d.active_on,
        case when day(d.active_on) <= 28 then cast(floor((day(d.active_on) - 1) / 7) as int) end as week_no
    from {{ ref('fct_platform_day') }} as d
    inner join shared as s on d.user_id = s.user_id and d.month = s.month
    where d.institution_id is not null
),

told as (
    select
        o.institution_id,
        o.month,
        cast(null as {{ dbt.type_string() }}) as unit,
        o.days_n,
        o.weeks_n,
        1 as months_n
    from of_user as o
    left join shared as s on o.user_id = s.user_id and o.month = s.month
    where s.user_id is null
    union all
    select
        institution_id,
        month,
        concat(user_id, ' on ', cast(active_on as {{ dbt.type_string() }})) as unit,
        1 as days_n,
        0 as weeks_n,
        0 as months_n
    from apart
    union all
    select distinct
        institution_id,
        month,
        concat(user_id, ' in week ', cast(week_no as {{ dbt.type_string() }}), ' of ', month) as unit,
        0 as days_n,
        1 as weeks_n,
        0 as months_n
    from apart
    where week_no is not null
    union all
    select distinct
        institution_id,
        month,
        concat(user_id, ' in ', month) as unit,
        0 as days_n,
        0 as weeks_n,
        1 as months_n
    from apart
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
