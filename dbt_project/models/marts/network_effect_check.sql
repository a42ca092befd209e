select
    as_of_on,
    outcome,
    years_before_n,
    trend_p_value,
    detectable_trend_value,
    largest_step_value,
    bound_ci_low,
    bound_ci_high,
    breakdown_value,
    status
from {{ source('estimates', 'network_effect_check') }}
