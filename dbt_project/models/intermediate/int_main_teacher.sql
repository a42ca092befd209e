-- The main teacher of a class: who began first, from the first day of it until another begins. Whoever begins later counts for no
-- result of a day before. That the first has left changes nothing: from the day of the second on, results are those of neither alone.
with began as (
    select
        a.institution_id,
        cast(substr(a.school_year, 1, 4) as int) as start_year,
        a.class_code,
        a.subject,
        t.teacher_no,
        min(coalesce(a.starts_on, {{ school_year_start('a.school_year') }})) as from_on
    from {{ ref('int_teaching_assignments__accepted') }} as a
    inner join {{ ref('int_teacher') }} as t on a.person_id = t.teacher_id
    where a.role = 'main' and {{ is_known('coalesce(a.starts_on, ' ~ school_year_start('a.school_year') ~ ')') }}
    group by a.institution_id, a.school_year, a.class_code, a.subject, t.teacher_no
),

ordered as (
    select
        b.*,
        row_number() over (
            partition by b.institution_id, b.start_year, b.class_code, b.subject
            order by b.from_on, b.teacher_no
        ) as place,
        lead(b.from_on) over (
            partition by b.institution_id, b.start_year, b.class_code, b.subject
            order by b.from_on, b.teacher_no
        ) as another_from_on
    from began as b
)

select
    institution_id,
    start_year,
    class_code,
    subject,
    teacher_no,
    from_on,
    another_from_on
from ordered
where place = 1 and (another_from_on is null or another_from_on > from_on)
