-- A decision on a category counts for the institutions at which the person is in a teaching post on the day.
select distinct
    s.institution_id,
    a.person_id,
    a.school_year,
    a.attested_on,
    a.category_from,
    a.category_to,
    a.is_passed
from {{ ref('fct_attestation') }} as a
inner join {{ ref('int_person') }} as n on a.person_id = n.person_id
inner join {{ ref('int_staff_spell') }} as s on n.person_no = s.person_no
where s.starts_on <= a.attested_on and (s.is_open or s.held_through_on >= a.attested_on)
