-- A number is carried through the large tables in place of the pseudonym. Two ids of one person have one number.
with named as (
    select teacher_id
    from {{ ref('int_assessment_results__accepted') }}
    where teacher_id is not null and term is null
    union
    select person_id as teacher_id
    from {{ ref('int_teaching_assignments__accepted') }}
    where role = 'main'
)

select
    t.teacher_id,
    coalesce(l.person_id, t.teacher_id) as person_id,
    cast(dense_rank() over (order by coalesce(l.person_id, t.teacher_id)) as int) as teacher_no
from named as t
left join {{ ref('int_person_link') }} as l on t.teacher_id = l.local_id
