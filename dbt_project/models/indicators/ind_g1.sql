-- Graduates of colleges and universities, told in the school year in which the 12 months after the graduation end. Where the registry has no
-- teaching post of theirs, what is reported of the placement holds: one that names no day is of the year, and an employer that is not on
-- file may be a school.
with told as (
    select
        g.institution_id,
        g.person_id,
        t.school_year,
        g.has_taught_at_school
        or (
            not g.has_taught_in_year
            and coalesce(g.is_teaching_placement and coalesce(g.employed_on <= g.year_after_on, true), false)
            and coalesce(i.kind in ('school', 'small_school'), true)
        ) as is_placed
    from {{ ref('indicator_graduate') }} as g
    left join {{ ref('int_institutions__accepted') }} as i on g.employer_id = i.institution_id
    {{ join_term('g.year_after_on') }}
    where g.level <> 'school'
)

{{ indicator([share_of('told', 'is_placed', kind='school_year', unit='person_id')]) }}
