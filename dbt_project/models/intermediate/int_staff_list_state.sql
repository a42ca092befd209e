-- When an institution was last heard of: by a full list, or by a card of one of its people, or, where it never gave a list,
-- by any row. And whether what is known of it stands only because what came after could not be taken in.
with heard as (
    select
        a.institution_id,
        max(case when a._source_feed = 'ehis_person_cards' then cast(least(a.confirmed_on, {{ as_of() }}) as date) end) as carded_on,
        cast(max(case when f.is_stale then 1 else 0 end) as int) = 1 as is_stale
    from {{ ref('int_staff_employment__accepted') }} as a
    left join {{ ref('stg_delivered_file') }} as f
        on a._delivery = f.delivery_id and a._parse = f.parse_id and f.is_first_of_content
    group by a.institution_id
)

select
    c.institution_id,
    greatest(c.confirmed_through_on, coalesce(h.carded_on, c.confirmed_through_on)) as heard_on,
    coalesce(h.is_stale, false) as is_stale
from {{ ref('int_institution_confirmed') }} as c
left join heard as h on c.institution_id = h.institution_id
