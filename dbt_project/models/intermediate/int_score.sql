-- One result of a pupil, school year, subject and test: the last one taken, at the school that has it.
with ranked as (
    select
        p.pupil_no,
        a.institution_id,
        cast(substr(a.school_year, 1, 4) as int) as start_year,
        a.grade,
        a.subject,
        a.test,
        a.score,
        a.taken_on,
        a.class_code,
        a.teacher_id,
        coalesce(a.score >= a.max_score, false) as is_at_ceiling,
        row_number() over (
            partition by p.pupil_no, a.school_year, a.subject, a.test
            order by a.taken_on desc nulls last, a.institution_id asc, a.grade asc
        ) as choice
    from {{ ref('int_assessment_results__accepted') }} as a
    inner join {{ ref('int_pupil') }} as p on a.pupil_id = p.pupil_id
    where
        a.term is null
        and a.test in ({{ quoted(var('value_added_tests') + [var('prior_test')]) }})
        and {{ is_known('a.taken_on') }}
        and {{ is_known(school_year_start('a.school_year')) }}
)

select
    pupil_no,
    institution_id,
    start_year,
    grade,
    subject,
    test,
    score,
    taken_on,
    class_code,
    teacher_id,
    is_at_ceiling
from ranked
where choice = 1
