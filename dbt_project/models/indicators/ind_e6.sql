-- Learners of specialties whose vacancies are known over these vacancies, each learner of a specialty and each specialty of an oblast once
-- in a scope.
with told as (
    select distinct
        s.institution_id,
        s.school_year,
        concat('learner ', s.person_id, ' ', s.specialty_code) as unit,
        1 as learners_n,
        0 as vacancies_n
    from {{ ref('indicator_specialty') }} as s
    where s.vacancies_n is not null
    union all
    select distinct
        institution_id,
        school_year,
        concat('demand ', oblast_code, ' ', specialty_code) as unit,
        0 as learners_n,
        vacancies_n
    from {{ ref('indicator_specialty') }}
    where vacancies_n is not null
)

{{ indicator([ratio_of('told', 'learners_n', 'vacancies_n', kind='school_year', unit='unit')]) }}
