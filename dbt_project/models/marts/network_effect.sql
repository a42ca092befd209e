select
    as_of_on,
    outcome,
    aggregation,
    aggregation_value,
    clusters_n,
    institutions_n,
    control_institutions_n,
    effect_value,
    effect_se,
    effect_ci_low,
    effect_ci_high,
    effect_p_value,
    status
from {{ source('estimates', 'network_effect') }}
