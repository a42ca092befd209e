select
    as_of_on,
    level,
    covariate,
    value,
    people_n,
    exits_n,
    institutions_n,
    log_hazard_ratio,
    log_hazard_ratio_se,
    hazard_ratio,
    hazard_ratio_ci_low,
    hazard_ratio_ci_high,
    model_se,
    p_value,
    proportional_p_value,
    status
from {{ source('estimates', 'retention_hazard') }}
