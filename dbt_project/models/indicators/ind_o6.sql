-- Hours of the courses that teachers in post completed in the school year; and how many of them have the hours that the norm of their
-- group of posts asks for within its years, of which the school year is the last.
with teacher as (
    select
        s.institution_id,
        s.person_no,
        s.position_group,
        p.period_kind,
        p.period,
        cast(substr(p.school_year, 1, 4) as int) as start_year
    from {{ ref('int_staff_spell') }} as s
    inner join {{ each_period('school_year') }} as p
        on s.starts_on <= p.counted_on and (s.is_open or s.held_through_on >= p.counted_on)
),

course as (
    select
        n.person_no,
        cast(substr(t.school_year, 1, 4) as int) as start_year,
        sum(t.training_hours) as training_hours
    from {{ ref('fct_training') }} as t
    inner join {{ ref('int_person') }} as n on t.person_id = n.person_id
    group by n.person_no, cast(substr(t.school_year, 1, 4) as int)
),

trained as (
    select
        t.*,
        coalesce(c.training_hours, 0) as training_hours
    from teacher as t
    left join course as c on t.person_no = c.person_no and t.start_year = c.start_year
),

normed as (
    select
        t.institution_id,
        t.person_no,
        t.period_kind,
        t.period,
        g.hours_n,
        sum(case when c.start_year > t.start_year - g.years_n and c.start_year <= t.start_year then c.training_hours else 0 end) as training_hours
    from teacher as t
    inner join {{ ref('pd_norms') }} as g on t.position_group = g.position_group
    left join course as c on t.person_no = c.person_no
    group by t.institution_id, t.person_no, t.period_kind, t.period, g.hours_n
)

{{ indicator([
    ratio_of('trained', 'training_hours', '1', unit='person_no'),
    share_of('normed', 'training_hours >= hours_n', unit='person_no', measure='norm'),
]) }}
