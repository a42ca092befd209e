-- What clusters of education and production share: an oblast has other clusters with resources of their own.
select
    r.resource_id,
    r.cluster_id,
    r.consent_on,
    r.shared_from,
    r.shared_to
from {{ ref('int_cluster_resources__accepted') }} as r
inner join {{ ref('dim_cluster') }} as k on r.cluster_id = k.cluster_id
where k.kind = 'education_production'
