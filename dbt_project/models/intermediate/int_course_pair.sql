-- Two school years of a teacher in a subject, the first after a course and the last before it; and the same two years of teachers without
-- any. A course counts from the school year on that begins after its completion. A test tells of the time before if it was sat
-- `course_days` before the completion at the latest: else part of its year was taught during the course or after it, the year is on
-- neither side, and the year before it stands for the time before. Days are asked after the joins, which are by teacher alone.
with taught as (
    select
        teacher_no,
        subject,
        test,
        start_year,
        max(last_tested_on) as last_tested_on
    from {{ ref('int_value_added_teacher') }}
    group by teacher_no, subject, test, start_year
),

pair as (
    select
        a.teacher_no,
        a.subject,
        a.test,
        a.start_year,
        b.start_year as before_start_year,
        a.last_tested_on,
        {{ school_year_start(school_year_label('b.start_year')) }} as before_first_on,
        {{ school_year_start(school_year_label('a.start_year')) }} as first_on,
        greatest(
            {{ school_year_start(school_year_label('(a.start_year - 1)')) }},
            {{ add_days('b.last_tested_on', var('course_days')) }}
        ) as course_from_on,
        -- From this day on the year between would be the time before, where the teacher has one.
        case when b.start_year < a.start_year - 1 then {{ add_days('m.last_tested_on', var('course_days')) }} end as course_before_on
    from taught as a
    inner join taught as b on a.teacher_no = b.teacher_no and a.subject = b.subject and a.test = b.test
    left join taught as m
        on a.teacher_no = m.teacher_no and a.subject = m.subject and a.test = m.test and a.start_year - 1 = m.start_year
    where b.start_year in (a.start_year - 1, a.start_year - 2)
),

asked as (
    select
        p.teacher_no,
        p.subject,
        p.test,
        p.start_year,
        p.before_start_year,
        p.before_first_on,
        p.first_on,
        p.course_from_on,
        p.course_before_on,
        c.unit_id,
        c.first_completed_on,
        case when c.completed_on between p.before_first_on and p.last_tested_on then c.completed_on end as completed_on
    from pair as p
    left join {{ ref('int_course_completion') }} as c on p.teacher_no = c.teacher_no
),

-- All that was completed from the first day of the year before to the test of the year after.
told as (
    select
        teacher_no,
        subject,
        test,
        start_year,
        before_start_year,
        before_first_on,
        course_from_on,
        course_before_on,
        count(completed_on) as completed_n,
        min(completed_on) as completed_on,
        min(case when completed_on >= course_from_on and completed_on < first_on then completed_on end) as counted_on,
        count(distinct case when completed_on is not null then unit_id end) as units_n,
        min(case when completed_on is not null then unit_id end) as unit_id,
        min(case when completed_on is not null then first_completed_on end) as first_completed_on
    from asked
    group by teacher_no, subject, test, start_year, before_start_year, before_first_on, first_on, course_from_on, course_before_on
),

sided as (
    select
        *,
        case
            when completed_n = 0 then 'untrained'
            -- The first of them is after the time before, and no nearer year is that.
            when completed_on = counted_on and coalesce(counted_on < course_before_on, true) then 'trained'
        end as side
    from told
)

select
    teacher_no,
    subject,
    test,
    start_year,
    before_start_year,
    before_first_on,
    side,
    case when side = 'trained' and units_n = 1 and first_completed_on >= before_first_on then unit_id end as only_unit_id
from sided
where side is not null
