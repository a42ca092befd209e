-- What a teacher brings into a school year, as it stood before its first day: the pupils of a year are no reason for a course that
-- is taken during it or after it, nor is it one for all that they learn in the year.
with seen as (
    select distinct
        start_year,
        teacher_no
    from {{ ref('int_value_added_teacher') }}
),

named as (
    select distinct
        teacher_no,
        person_id
    from {{ ref('int_teacher') }}
),

begun as (
    select
        s.start_year,
        s.teacher_no,
        n.person_id,
        {{ school_year_start(school_year_label('s.start_year')) }} as first_on
    from seen as s
    inner join named as n on s.teacher_no = n.teacher_no
),

prepared as (
    select
        b.start_year,
        b.teacher_no,
        'programme' as term,
        g.preparing_programme as unit_id
    from begun as b
    inner join {{ ref('int_person') }} as p on b.person_id = p.person_id
    inner join {{ ref('int_teaching_graduation') }} as g on p.person_no = g.person_no and {{ is_latest('g', 'b.first_on') }}
),

trained as (
    select distinct
        b.start_year,
        b.teacher_no,
        'course' as term,
        c.unit_id
    from {{ ref('int_course_completion') }} as c
    inner join begun as b on c.teacher_no = b.teacher_no and c.completed_on < b.first_on
)

select * from prepared
union all
select * from trained
