select
    as_of_on,
    model_id,
    school_year,
    subject,
    test,
    term,
    units_n,
    pupils_n,
    linked_share,
    term_variance,
    term_p_value,
    status
from {{ source('estimates', 'value_added_variance') }}
