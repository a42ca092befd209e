-- Schools that have a page, those open on the as-of date, and what makes schools similar: oblast, urban or rural, and whether it is small.
select
    institution_id,
    concat(oblast_code, ' ', urban_rural, ' ', kind) as group_id
from {{ ref('dim_institution') }}
where
    kind in ('school', 'small_school')
    and registry_status = 'active'
    and coalesce(opened_on <= {{ as_of() }}, true)
    and coalesce(closed_on > {{ as_of() }}, true)
