-- Months of all placements of a student that began in the period, over the students, each once in a scope.
with told as (
    select
        *,
        concat('placement ', placement_id) as unit,
        practicum_months as months_n,
        0 as students_n
    from {{ ref('fct_practicum') }}
    union all
    select
        *,
        concat('student ', student_id) as unit,
        0 as months_n,
        1 as students_n
    from {{ ref('fct_practicum') }}
)

{{ indicator([ratio_of('told', 'months_n', 'students_n', kind='semester', unit='unit', by='both')]) }}
