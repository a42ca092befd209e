-- What a teacher completed in a school year, at each institution where the teacher was in post on the day of a completion. A teacher is
-- the same at all of them: the figures are of all courses of the year.
with course as (
    select
        n.person_no,
        t.*
    from {{ ref('fct_training') }} as t
    inner join {{ ref('int_person') }} as n on t.person_id = n.person_id
),

placed as (
    select distinct
        c.person_no,
        c.school_year,
        s.institution_id
    from course as c
    inner join {{ ref('int_staff_spell') }} as s on c.person_no = s.person_no
    where s.starts_on <= c.completed_on and (s.is_open or s.held_through_on >= c.completed_on)
),

taken as (
    select
        person_no,
        school_year,
        {{ mean_or_none('reaction_score') }} as reaction_score,
        {{ mean_or_none('learning_post_score - learning_pre_score') }} as gain_score,
        {{ mean_or_none('behaviour_score') }} as behaviour_score,
        {{ mean_or_none('org_support_score') }} as org_support_score,
        max(post_course_hours) as post_course_hours
    from course
    group by person_no, school_year
)

select
    p.institution_id,
    case when count(*) over (partition by p.person_no, p.school_year) > 1 then p.person_no end as shared_no,
    t.*
from placed as p
inner join taken as t on p.person_no = t.person_no and p.school_year = t.school_year
