select
    criterion,
    name_kk,
    name_ru,
    name_en
from {{ ref('criteria') }}
