-- What the institution says of its programme holds before the field in the code; a teaching diploma that the person was given there
-- at that time says it too. Of several on one day the first by name.
with study as (
    select
        n.person_no,
        n.person_id,
        t.institution_id,
        t.programme_code,
        t.start_date as starts_on,
        t.end_date as ended_on,
        coalesce(p.pedagogical, {{ is_pedagogical_code('t.level', 't.programme_code') }}) as has_pedagogical_code
    from {{ ref('int_studies__accepted') }} as t
    left join {{ ref('int_programmes__accepted') }} as p on t.programme_code = p.programme_code and t.institution_id = p.institution_id
    left join {{ ref('int_person_link') }} as l on t.person_id = l.local_id
    inner join {{ ref('int_person') }} as n on coalesce(l.person_id, t.person_id) = n.person_id
    where t.status = 'graduated' and t.level not in ('school', 'other')
),

pedagogical as (
    select
        s.person_no,
        s.institution_id,
        s.programme_code,
        s.ended_on,
        row_number() over (partition by s.person_no, s.ended_on order by s.institution_id, s.programme_code) as choice
    from study as s
    left join {{ ref('int_teaching_diploma') }} as d
        on
            s.person_id = d.person_id
            and s.institution_id = d.institution_id
            and s.starts_on <= d.awarded_on
            and {{ add_months('s.ended_on', 12) }} >= d.awarded_on
    where s.has_pedagogical_code or d.person_id is not null
)

select
    person_no,
    institution_id as preparing_institution,
    concat(institution_id, '/', programme_code) as preparing_programme,
    ended_on,
    lead(ended_on) over (partition by person_no order by ended_on) as next_ended_on
from pedagogical
where choice = 1
