-- An institution is confirmed by a full list, on the day that list describes, whatever its rows say of themselves and however
-- many of them still hold: a correction of one row vouches for that row only. An institution that never gave a list is taken
-- at its rows' own word. A person card speaks for its person only (see int_career_row) and confirms nobody else.
with told as (
    select
        institution_id,
        cast(least(max(confirmed_on), {{ as_of() }}) as date) as told_on
    from {{ ref('int_staff_employment__accepted') }}
    group by institution_id
)

select
    coalesce(l.institution_id, t.institution_id) as institution_id,
    coalesce(l.listed_on, t.told_on) as confirmed_through_on,
    l.institution_id is not null as is_listed
from told as t
full outer join {{ ref('int_listed_institution') }} as l on t.institution_id = l.institution_id
