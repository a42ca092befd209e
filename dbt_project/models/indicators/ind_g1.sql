-- Graduates of colleges and universities, told in the school year in which the 12 months after the graduation end. Where the registry has no
-- teaching post of theirs, what is reported of the placement holds; a report that names no day is of the year.
with told as (
    select
        g.institution_id,
        g.person_id,
        t.school_year,
        g.has_taught_in_year
        or coalesce(g.is_teaching_placement and coalesce(g.employed_on <= g.year_after_on, true), false) as is_placed
    from {{ ref('indicator_graduate') }} as g
    {{ join_term('g.year_after_on') }}
    where g.level <> 'school'
)

{{ indicator([share_of('told', 'is_placed', kind='school_year', unit='person_id')]) }}
