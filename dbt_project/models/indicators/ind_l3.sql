-- Lessons with a protocol of analysis, deep or surface, over lessons held, of the quarters of which the school has told how many that were;
-- and teachers in post of whom a lesson was analysed in the school year so far.
with held as (
    select
        institution_id,
        school_year,
        semester,
        quarter,
        -- The count of the whole school holds before the sum of its teachers.
        coalesce(max(case when teacher_id is null then lessons_held_n end), sum(lessons_held_n)) as lessons_n
    from {{ ref('fct_lesson_count') }}
    group by institution_id, school_year, semester, quarter
),

lesson as (
    select
        institution_id,
        school_year,
        semester,
        quarter,
        0 as analysed_n,
        lessons_n
    from held
    union all
    select
        a.institution_id,
        a.school_year,
        a.semester,
        a.quarter,
        1 as analysed_n,
        0 as lessons_n
    from {{ ref('fct_lesson_analysis') }} as a
    inner join held as h on a.institution_id = h.institution_id and a.quarter = h.quarter
    where a.is_analysed
),

analysed as (
    select
        n.person_no,
        a.school_year,
        min(a.lesson_on) as first_on
    from {{ ref('fct_lesson_analysis') }} as a
    inner join {{ ref('int_person') }} as n on a.teacher_id = n.person_id
    where a.is_analysed
    group by n.person_no, a.school_year
),

teacher as (
    select
        t.institution_id,
        t.period_kind,
        t.period,
        t.shared_no,
        coalesce(a.first_on <= t.ends_on, false) as is_analysed
    from {{ teachers_in_post('quarter') }} as t
    left join analysed as a on t.person_no = a.person_no and t.school_year = a.school_year
)

{{ indicator([
    ratio_of('lesson', 'analysed_n', 'lessons_n', kind='quarter'),
    share_of('teacher', 'is_analysed', unit='shared_no', measure='teachers'),
]) }}
