-- The sets of clusters and roles that institutions had on a first day or a 1 September, taken apart again; the empty set is no
-- cluster.
with entered as (
    {{ network_sets(ref('int_entry_network'), ['member_no']) }}
),

begun as (
    {{ network_sets(ref('int_staff_network'), ['institution_id', 'start_year']) }}
)

select
    e.network_set,
    n.cluster_id as cluster,
    n.cluster_role
from entered as e
inner join {{ ref('int_entry_network') }} as n on e.member_no = n.member_no

union

select
    b.network_set,
    n.cluster_id as cluster,
    n.cluster_role
from begun as b
inner join {{ ref('int_staff_network') }} as n on b.institution_id = n.institution_id and b.start_year = n.start_year

union

select
    '' as network_set,
    'none' as cluster,
    'none' as cluster_role
