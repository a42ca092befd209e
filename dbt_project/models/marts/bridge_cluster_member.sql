select
    cluster_id,
    institution_id,
    joined_on,
    left_on,
    role as cluster_role,
    founder as is_founder,
    duties
from {{ ref('int_cluster_members__accepted') }}
