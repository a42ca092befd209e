select
    code as indicator,
    family,
    unit,
    direction,
    frequency,
    owner_role,
    name_kk,
    name_ru,
    name_en,
    source
from {{ ref('indicators') }}
