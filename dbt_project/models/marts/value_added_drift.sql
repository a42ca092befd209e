select
    as_of_on,
    subject,
    test,
    term,
    estimate,
    estimate_se,
    pairs_n
from {{ source('estimates', 'value_added_drift') }}
