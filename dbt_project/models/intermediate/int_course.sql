-- A course has the title of its latest completion that tells one.
with titled as (
    select
        provider_id,
        course,
        course_title,
        row_number() over (
            partition by provider_id, course
            order by case when course_title is null then 1 else 0 end asc, completed_on desc, course_title asc
        ) as choice
    from {{ ref('int_training__accepted') }}
    where {{ is_known('completed_on') }}
)

select
    provider_id,
    course,
    course_title
from titled
where choice = 1
