select
    n.person_no,
    p.pair_id,
    p.starts_on,
    p.ends_on
from {{ linked('mentoring_pairs', ['mentee_id']) }} as p
inner join {{ ref('int_person') }} as n on p.mentee_id = n.person_id
-- Who said no is nobody's mentor, whatever first day was written down with the offer.
where p.starts_on <= {{ as_of() }} and not coalesce(p.mentor_refused, false)
