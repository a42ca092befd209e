-- Who is in a teaching post on the days on which periods are counted. An open post counts until the list that tells of it is too old,
-- which is asked of the institution and not of the person. Who is in post at several institutions on a day bears a number there, by which
-- they are counted once; all others can be summed.
with counted as (
    select distinct
        school_year,
        counted_on
    from {{ ref('int_period') }}
    where period_kind <> 'month' and counted_on <= {{ as_of() }}
)

select
    s.person_no,
    s.institution_id,
    c.counted_on,
    case when count(*) over (partition by s.person_no, c.counted_on) > 1 then s.person_no end as shared_no
from {{ ref('int_staff_spell') }} as s
inner join counted as c on s.starts_on <= c.counted_on and (s.is_open or s.held_through_on >= c.counted_on)
group by s.person_no, s.institution_id, c.counted_on
