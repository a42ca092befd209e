-- Lessons of all pupils of a month, by class: one that is reported as a whole is not counted again by its pupils. Summed by institution before
-- it is placed, since pupils are millions.
with class as (
    select
        institution_id,
        class_code,
        school_year,
        semester,
        quarter,
        month,
        pupil_id is null as is_whole,
        sum(lessons_held_n) as held_n,
        sum(lessons_attended_n) as attended_n
    from {{ ref('fct_attendance') }}
    group by institution_id, class_code, school_year, semester, quarter, month, pupil_id is null
),

chosen as (
    select
        *,
        row_number() over (partition by institution_id, month, class_code order by is_whole desc) as choice
    from class
),

told as (
    select
        institution_id,
        school_year,
        semester,
        quarter,
        month,
        sum(held_n) as held_n,
        sum(attended_n) as attended_n
    from chosen
    where choice = 1
    group by institution_id, school_year, semester, quarter, month
)

{{ indicator([ratio_of('told', 'attended_n', 'held_n', kind='month')]) }}
