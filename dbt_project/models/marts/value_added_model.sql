select
    as_of_on,
    model_id,
    school_year,
    grade,
    subject,
    test,
    pupils_n,
    institutions_n,
    coverage_share,
    institution_variance,
    institution_variance_ci_low,
    institution_variance_ci_high,
    residual_variance,
    criterion_value,
    reliable_n,
    status
from {{ source('estimates', 'value_added_model') }}
