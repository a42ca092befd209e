-- Who taught: the teacher that the result itself names, else who was the only main teacher of the class by the day of the test.
-- Days are asked after the join: in its condition DuckDB would compare every result with every class.
with linked as (
    select
        t.pupil_no,
        t.start_year,
        t.subject,
        t.test,
        t.tested_on,
        coalesce(
            n.teacher_no,
            case
                when t.tested_on >= c.from_on and coalesce(t.tested_on < c.another_from_on, true) then c.teacher_no
            end
        ) as teacher_no
    from {{ ref('int_tested_class') }} as t
    left join {{ ref('int_teacher') }} as n on t.teacher_id = n.teacher_id
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
    tested_on,
    teacher_no
from linked
where teacher_no is not null
