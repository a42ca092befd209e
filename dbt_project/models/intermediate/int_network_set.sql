-- The sets of clusters and roles that entry institutions had, taken apart again; the empty set is no cluster.
select distinct
    m.network_set,
    coalesce(n.cluster_id, 'none') as cluster,
    coalesce(n.cluster_role, 'none') as cluster_role
from {{ ref('int_retention_member') }} as m
left join {{ ref('int_entry_network') }} as n on m.person_id = n.person_id
