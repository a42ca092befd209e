-- Graduates of pedagogical classes and colleges who within 12 months study in a pedagogical programme of a college or university, or teach,
-- told in the school year in which the 12 months end.
with study as (
    select
        s.person_id,
        s.start_date as starts_on,
        coalesce(s.end_date, cast('9999-12-31' as date)) as through_on
    from {{ linked('studies', ['person_id']) }} as s
    left join {{ ref('dim_programme') }} as p on s.programme_code = p.programme_code and s.institution_id = p.institution_id
    where s.level <> 'school' and coalesce(p.is_pedagogical, {{ is_pedagogical_code('s.level', 's.programme_code') }})
),

told as (
    select
        g.institution_id,
        g.person_id,
        t.school_year,
        g.has_taught_in_year or coalesce(s.starts_on <= g.year_after_on and s.through_on > g.graduated_on, false) as goes_on
    from {{ ref('indicator_graduate') }} as g
    {{ join_term('g.year_after_on') }}
    left join study as s on g.person_id = s.person_id
    where g.level in ('school', 'vocational')
)

{{ indicator([share_of('told', 'goes_on', kind='school_year', unit='person_id')]) }}
