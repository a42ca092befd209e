select
    as_of_on,
    cluster_kind,
    cluster_stage,
    cluster_id,
    period,
    criterion,
    indicator,
    measure,
    aspect,
    indicator_score,
    weight_share,
    without_score,
    without_rank,
    mean_shift_rank,
    status
from {{ source('indices', 'cluster_index_influence') }}
