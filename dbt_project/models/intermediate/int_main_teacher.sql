-- Where a class had two main teachers in a subject, one after the other or a half each, its results are those of neither alone.
select
    a.institution_id,
    cast(substr(a.school_year, 1, 4) as int) as start_year,
    a.class_code,
    a.subject,
    min(t.teacher_no) as teacher_no
from {{ ref('int_teaching_assignments__accepted') }} as a
inner join {{ ref('int_teacher') }} as t on a.person_id = t.teacher_id
where a.role = 'main' and {{ is_known('coalesce(a.starts_on, ' ~ school_year_start('a.school_year') ~ ')') }}
group by a.institution_id, a.school_year, a.class_code, a.subject
having min(t.teacher_no) = max(t.teacher_no)
