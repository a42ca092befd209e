select
    m.institution_id,
    coalesce(i.kind, 'unknown') as school_kind,
    case when i.kind is null then 'unknown' when i.kind = 'small_school' then 'true' else 'false' end as small_school,
    coalesce(p.oblast_code, 'unknown') as region,
    coalesce(p.urban_rural, 'unknown') as urban_rural
from (select distinct institution_id from {{ ref('int_career_row') }}) as m
left join {{ ref('int_institutions__accepted') }} as i on m.institution_id = i.institution_id
left join {{ ref('int_region_place') }} as p on i.region_code = p.region_code
