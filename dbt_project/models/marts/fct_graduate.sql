with graduated as (
    select
        s.person_id,
        s.institution_id,
        s.programme_code,
        s.end_date as graduated_on,
        min(s.level) as level,
        min(p.specialty_code) as specialty_code,
        min(s.start_date) as started_on
    from {{ linked('studies', ['person_id']) }} as s
    left join {{ ref('dim_programme') }} as p on s.programme_code = p.programme_code and s.institution_id = p.institution_id
    where
        s.status = 'graduated'
        and {{ is_known('s.end_date') }}
        -- What the institution says of its programme holds before the field of education in the code.
        and coalesce(p.is_pedagogical, {{ is_pedagogical_code('s.level', 's.programme_code') }})
    group by s.person_id, s.institution_id, s.programme_code, s.end_date
),

reported as (
    select
        g.person_id,
        g.institution_id,
        g.programme_code,
        g.graduated_on,
        r.source,
        case when {{ is_known('r.employed_on') }} then r.employer_id end as employer_id,
        {{ known_on('r.employed_on') }} as employed_on,
        case when {{ is_known('r.employed_on') }} then r.teaching end as is_teaching,
        row_number() over (
            partition by g.person_id, g.institution_id, g.programme_code, g.graduated_on
            order by
                case when r.source = 'labour_ministry' then 1 else 2 end asc,
                abs({{ days_between('g.graduated_on', 'r.graduated_on') }}) asc,
                r.graduated_on asc
        ) as choice
    from graduated as g
    inner join {{ linked('graduate_placements', ['person_id']) }} as r
        on g.person_id = r.person_id and g.institution_id = r.graduated_from and year(g.graduated_on) = year(r.graduated_on)
    where {{ is_known('r.graduated_on') }}
)

select
    g.person_id,
    g.institution_id,
    g.programme_code,
    g.level,
    g.specialty_code,
    {{ periods('g.graduated_on') }},
    g.started_on,
    g.graduated_on,
    r.source is not null as has_placement_report,
    r.source as placement_source,
    r.employer_id,
    r.employed_on,
    r.is_teaching as is_teaching_placement
from graduated as g
left join reported as r
    on
        g.person_id = r.person_id
        and g.institution_id = r.institution_id
        and g.programme_code = r.programme_code
        and g.graduated_on = r.graduated_on
        and r.choice = 1
{{ join_term('g.graduated_on') }}
