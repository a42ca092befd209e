select
    cluster_id,
    name_kk,
    name_ru,
    name_en,
    kind,
    region_code,
    founded_on,
    legal_form,
    specialisations,
    stage,
    goals,
    monitoring_kpis
from {{ ref('int_clusters__accepted') }}
