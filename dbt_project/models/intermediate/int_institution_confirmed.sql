-- An institution is confirmed by a full list. One that never gave one is taken at its rows' own word. A person card speaks
-- for its person only (see int_career_row) and confirms nobody else.
select
    institution_id,
    cast(
        least(
            coalesce(
                max(case when is_full_list and _source_feed <> 'ehis_person_cards' then confirmed_on end),
                max(confirmed_on)
            ),
            {{ as_of() }}
        ) as date
    ) as confirmed_through_on,
    cast(max(case when is_full_list and _source_feed <> 'ehis_person_cards' then 1 else 0 end) as int) = 1 as is_listed
from {{ ref('int_staff_employment__accepted') }}
group by institution_id
