select
    as_of_on,
    cluster_id,
    institution_id,
    control_institution_id,
    index_on,
    control_index_on,
    prior_share,
    control_prior_share,
    distance_share,
    caliper_share,
    match_status
from {{ source('estimates', 'retention_match') }}
