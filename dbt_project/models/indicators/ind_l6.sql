-- Open lessons of the school year over teachers in post, each once in a scope, at the institutions that have told of teachers.
with told as (
    select
        institution_id,
        period_kind,
        period,
        cast(shared_no as {{ dbt.type_string() }}) as unit,
        0 as lessons_n,
        1 as teachers_n
    from {{ teachers_in_post('school_year') }} as t
    union all
    select
        c.institution_id,
        'school_year' as period_kind,
        s.school_year as period,
        cast(null as {{ dbt.type_string() }}) as unit,
        1 as lessons_n,
        0 as teachers_n
    from {{ ref('fct_lesson_study_cycle') }} as c
    {{ join_term('c.open_lesson_on', 's') }}
    inner join {{ institutions_with_teachers('school_year') }} as i on c.institution_id = i.institution_id and s.school_year = i.period
    where c.open_lesson_on is not null
)

{{ indicator([ratio_of('told', 'lessons_n', 'teachers_n', unit='unit', times=100)]) }}
