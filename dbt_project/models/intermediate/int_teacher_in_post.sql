-- Who is in a teaching post on the days on which periods are counted. An open post counts until the list that tells of it is too old,
-- which is asked of the institution and not of the person.
with counted as (
    select distinct
        school_year,
        counted_on
    from {{ ref('int_period') }}
    where period_kind <> 'month' and counted_on <= {{ as_of() }}
)

select distinct
    s.person_no,
    s.institution_id,
    c.counted_on
from {{ ref('int_staff_spell') }} as s
inner join counted as c on s.starts_on <= c.counted_on and (s.is_open or s.held_through_on >= c.counted_on)
