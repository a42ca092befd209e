select
    as_of_on,
    model_id,
    school_year,
    grade,
    subject,
    test,
    term,
    estimate,
    estimate_se
from {{ source('estimates', 'value_added_coefficient') }}
