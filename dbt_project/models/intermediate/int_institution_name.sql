-- Cards name a school and give no id. A name stands for an id only where one institution alone bears it.
with named as (
    select institution_id, {{ slug('name_kk') }} as slug from {{ ref('int_institutions__accepted') }} where name_kk is not null
    union
    select institution_id, {{ slug('name_ru') }} as slug from {{ ref('int_institutions__accepted') }} where name_ru is not null
    union
    select institution_id, {{ slug('name_en') }} as slug from {{ ref('int_institutions__accepted') }} where name_en is not null
    union
    select institution_id, {{ slug('name_local') }} as slug from {{ ref('int_institutions__accepted') }} where name_local is not null
)

select
    'name:' || slug as named_id,
    min(institution_id) as institution_id
from named
group by slug
having count(*) = 1
