-- Who taught: the teacher that the result itself names, else who was the only main teacher of the class by the day of the test. A
-- result without a class is one of the class that the pupil's roll of the year names at that school, if it names one.
with roll as (
    select
        p.pupil_no,
        e.institution_id,
        cast(substr(e.school_year, 1, 4) as int) as start_year,
        min(e.class_code) as class_code
    from {{ ref('int_enrolments__accepted') }} as e
    inner join {{ ref('int_pupil') }} as p on e.pupil_id = p.pupil_id
    group by p.pupil_no, e.institution_id, e.school_year
    having min(e.class_code) = max(e.class_code)
),

result as (
    select
        p.pupil_no,
        a.institution_id,
        cast(substr(a.school_year, 1, 4) as int) as start_year,
        a.grade,
        a.subject,
        a.test,
        a.class_code,
        a.taken_on,
        t.teacher_no
    from {{ ref('int_assessment_results__accepted') }} as a
    inner join {{ ref('int_pupil') }} as p on a.pupil_id = p.pupil_id
    left join {{ ref('int_teacher') }} as t on a.teacher_id = t.teacher_id
    where a.term is null and a.test in ({{ quoted(var('value_added_tests')) }})
),

-- Of several results of a pupil, the one that int_value_added_row has taken.
told as (
    select
        v.pupil_no,
        v.start_year,
        v.subject,
        v.test,
        v.institution_id,
        a.teacher_no,
        coalesce(a.class_code, r.class_code) as class_code,
        coalesce(a.taken_on, {{ last_school_day('v.start_year') }}) as tested_on
    from {{ ref('int_value_added_row') }} as v
    inner join result as a
        on
            v.pupil_no = a.pupil_no
            and v.institution_id = a.institution_id
            and v.start_year = a.start_year
            and v.grade = a.grade
            and v.subject = a.subject
            and v.test = a.test
    left join roll as r on v.pupil_no = r.pupil_no and v.institution_id = r.institution_id and v.start_year = r.start_year
),

-- Days are asked after the join: in its condition DuckDB would compare every result with every class.
linked as (
    select
        t.pupil_no,
        t.start_year,
        t.subject,
        t.test,
        coalesce(
            t.teacher_no,
            case
                when t.tested_on >= c.from_on and coalesce(t.tested_on < c.another_from_on, true) then c.teacher_no
            end
        ) as teacher_no
    from told as t
    left join {{ ref('int_main_teacher') }} as c
        on
            t.institution_id = c.institution_id
            and t.start_year = c.start_year
            and t.class_code = c.class_code
            and t.subject = c.subject
)

select
    pupil_no,
    start_year,
    subject,
    test,
    teacher_no
from linked
where teacher_no is not null
