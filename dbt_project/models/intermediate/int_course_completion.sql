-- Courses that somebody completed who is said to teach anybody, by the numbers that results carry. Of a course that was repeated every
-- day stands, with the first.
with named as (
    select distinct
        teacher_no,
        person_id
    from {{ ref('int_teacher') }}
),

completed as (
    select distinct
        n.teacher_no,
        concat(c.provider_id, '/', c.course) as unit_id,
        c.completed_on
    from {{ ref('int_training__accepted') }} as c
    left join {{ ref('int_person_link') }} as l on c.person_id = l.local_id
    inner join named as n on coalesce(l.person_id, c.person_id) = n.person_id
    where {{ is_known('c.completed_on') }}
)

select
    teacher_no,
    unit_id,
    completed_on,
    min(completed_on) over (partition by teacher_no, unit_id) as first_completed_on
from completed
