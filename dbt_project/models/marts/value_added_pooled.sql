select
    as_of_on,
    subject,
    test,
    school_year,
    institution_id,
    pupils_n,
    years_n,
    pooled_sd,
    pooled_se,
    pooled_ci_low,
    pooled_ci_high,
    forecast_sd,
    forecast_se,
    reliability_share,
    band,
    status
from {{ source('estimates', 'value_added_pooled') }}
