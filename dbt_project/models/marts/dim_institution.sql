select
    i.institution_id,
    i.name_kk,
    i.name_ru,
    i.name_en,
    i.name_local,
    i.kind,
    i.kind = 'small_school' as is_small_school,
    coalesce(i.region_code, 'unknown') as region_code,
    coalesce(p.oblast_code, 'unknown') as oblast_code,
    coalesce(p.urban_rural, 'unknown') as urban_rural,
    i.ownership,
    i.teaching_languages,
    i.status as registry_status,
    i.opened_on,
    i.closed_on,
    i.support_school as is_support_school,
    i.target_school as is_target_school,
    c.confirmed_through_on
from {{ ref('int_institutions__accepted') }} as i
left join {{ ref('int_region_place') }} as p on i.region_code = p.region_code
left join {{ ref('int_institution_confirmed') }} as c on i.institution_id = c.institution_id
