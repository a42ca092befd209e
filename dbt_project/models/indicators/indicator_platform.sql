-- Users of the platform by month, so that each counts once for a day, a week or the month in whatever scope. Those of one institution are
-- summed for it; whoever was at several in the month stands alone, once for each day, week and month. A month has four weeks of seven days
-- from its first day on: each lies in one month, and all are alike. What is left of it, days 29 to 31, is in no week.
with used as (
    select
        institution_id,
        user_id,
        school_year,
        semester,
        quarter,
        month,
        active_on,
        case when day(active_on) <= 28 then cast(floor((day(active_on) - 1) / 7) as int) end as week_no
    from {{ ref('fct_platform_day') }}
    where institution_id is not null
),

of_user as (
    select
        institution_id,
        user_id,
        school_year,
        semester,
        quarter,
        month,
        count(*) as days_n,
        max(case when week_no = 0 then 1 else 0 end)
        + max(case when week_no = 1 then 1 else 0 end)
        + max(case when week_no = 2 then 1 else 0 end)
        + max(case when week_no = 3 then 1 else 0 end) as weeks_n
    from used
    group by institution_id, user_id, school_year, semester, quarter, month
),

shared as (
    select
        user_id,
        month
    from of_user
    group by user_id, month
    having count(*) > 1
),

alone as (
    select u.*
    from used as u
    inner join shared as s on u.user_id = s.user_id and u.month = s.month
),

told as (
    select
        o.institution_id,
        o.school_year,
        o.semester,
        o.quarter,
        o.month,
        concat('all of ', o.institution_id, ' ', o.month) as unit,
        o.days_n,
        o.weeks_n,
        1 as months_n
    from of_user as o
    left join shared as s on o.user_id = s.user_id and o.month = s.month
    where s.user_id is null
    union all
    select
        institution_id,
        school_year,
        semester,
        quarter,
        month,
        concat(user_id, ' on ', cast(active_on as {{ dbt.type_string() }})) as unit,
        1 as days_n,
        0 as weeks_n,
        0 as months_n
    from alone
    union all
    select distinct
        institution_id,
        school_year,
        semester,
        quarter,
        month,
        concat(user_id, ' in week ', cast(week_no as {{ dbt.type_string() }}), ' of ', month) as unit,
        0 as days_n,
        1 as weeks_n,
        0 as months_n
    from alone
    where week_no is not null
    union all
    select distinct
        institution_id,
        school_year,
        semester,
        quarter,
        month,
        concat(user_id, ' in ', month) as unit,
        0 as days_n,
        0 as weeks_n,
        1 as months_n
    from alone
)

select
    institution_id,
    school_year,
    semester,
    quarter,
    month,
    unit,
    cast(sum(days_n) as bigint) as user_days_n,
    cast(sum(weeks_n) as bigint) as user_weeks_n,
    cast(sum(months_n) as bigint) as user_months_n
from told
group by institution_id, school_year, semester, quarter, month, unit
