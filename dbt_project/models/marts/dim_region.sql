select
    r.region_code,
    r.name_kk,
    r.name_ru,
    r.name_en,
    r.level,
    r.parent_code,
    p.region_path,
    p.ancestors_n,
    p.oblast_code,
    p.urban_rural
from {{ ref('int_regions__accepted') }} as r
inner join {{ ref('int_region_place') }} as p on r.region_code = p.region_code
