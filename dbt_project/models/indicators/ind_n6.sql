-- Seminars of the professional community in a month of school, and how many of them had somebody of a school and of a college or
-- university. Months that begin after the last school day are none of school; a hub of psychologists holds no such seminars.
with month as (
    select
        c.cluster_id,
        t.school_year,
        t.semester,
        t.quarter,
        p.period as month
    from {{ ref('int_period') }} as p
    {{ join_term('p.starts_on') }}
    cross join {{ ref('dim_cluster') }} as c
    where
        p.period_kind = 'month'
        and p.is_over
        and p.starts_on <= {{ last_school_day('t.start_year') }}
        and c.founded_on <= p.ends_on
        and c.kind <> 'psychology_hub'
),

seminar as (
    select * from {{ ref('fct_event') }}
    where kind = 'plc_seminar' and is_held
),

held as (
    select
        m.cluster_id,
        m.school_year,
        m.semester,
        m.quarter,
        m.month,
        count(s.event_id) as seminars_n,
        1 as months_n
    from month as m
    left join seminar as s on m.cluster_id = s.cluster_id and m.month = s.month
    group by m.cluster_id, m.school_year, m.semester, m.quarter, m.month
),

-- Of a seminar without anybody on file it is not known who was there.
attended as (
    select
        a.event_id,
        {{ any_row("i.kind in ('school', 'small_school')") }} as has_school,
        {{ any_row("i.kind in ('college', 'university')") }} as has_college
    from {{ ref('fct_event_attendance') }} as a
    inner join {{ ref('int_institutions__accepted') }} as i on a.institution_id = i.institution_id
    where a.is_attended
    group by a.event_id
),

known as (
    select
        s.*,
        a.has_school and a.has_college as has_both
    from seminar as s
    inner join attended as a on s.event_id = a.event_id
)

{{ indicator([
    ratio_of('held', 'seminars_n', 'months_n', kind='month', by='cluster'),
    share_of('known', 'has_both', kind='month', by='cluster', measure='both_sides'),
]) }}
