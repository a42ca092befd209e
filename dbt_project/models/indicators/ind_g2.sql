-- Graduates of colleges and universities, told in the school year in which the 36 months after the graduation end.
with told as (
    select
        g.institution_id,
        g.person_id,
        t.school_year,
        g.teaches_after_three_years
    from {{ ref('indicator_graduate') }} as g
    {{ join_term('g.three_years_after_on') }}
    where g.level <> 'school'
)

{{ indicator([share_of('told', 'teaches_after_three_years', kind='school_year', unit='person_id')]) }}
