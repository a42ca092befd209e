-- Use of the platform: users of a week over users of the month, and both by themselves, from the month on in which an institution first used
-- it; cards and tickets by the month in which they were opened.
with month as (
    select
        t.school_year,
        t.semester,
        t.quarter,
        p.period as month,
        {{ days_between('p.starts_on', 'p.ends_on') }} + 1 as days_n
    from {{ ref('int_period') }} as p
    {{ join_term('p.starts_on') }}
    where p.period_kind = 'month' and p.is_over
),

begun as (
    select
        institution_id,
        min(month) as first_month
    from {{ ref('indicator_platform') }}
    group by institution_id
),

used as (
    select
        institution_id,
        school_year,
        semester,
        quarter,
        month,
        unit,
        user_days_n,
        user_weeks_n,
        user_months_n,
        0 as days_n,
        0 as months_n
    from {{ ref('indicator_platform') }}
    union all
    -- The month itself, once in a scope.
    select
        b.institution_id,
        m.school_year,
        m.semester,
        m.quarter,
        m.month,
        concat('month ', m.month) as unit,
        0 as user_days_n,
        0 as user_weeks_n,
        0 as user_months_n,
        m.days_n,
        1 as months_n
    from begun as b
    cross join month as m
    where m.month >= b.first_month
),

card as (
    select * from {{ ref('fct_platform_card') }}
    where is_closed_in_time is not null
)

{{ indicator([
    ratio_of('used', 'user_weeks_n * 0.25', 'user_months_n', kind='month', unit='unit'),
    ratio_of('used', 'user_days_n', 'days_n', kind='month', unit='unit', measure='dau'),
    ratio_of('used', 'user_weeks_n', 'months_n * 4', kind='month', unit='unit', measure='wau'),
    ratio_of('used', 'user_months_n', 'months_n', kind='month', unit='unit', measure='mau'),
    share_of('card', 'is_closed_in_time', kind='month', by='both', measure='cards_in_time'),
    mean_of(ref('fct_ticket'), 'resolve_hours', kind='month', by='both', measure='resolve_hours'),
    ratio_of(ref('indicator_activity'), 'errors_n', 'events_n', kind='month', measure='errors'),
]) }}
