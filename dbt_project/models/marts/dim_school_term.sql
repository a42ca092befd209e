select
    school_year,
    start_year,
    term,
    quarter,
    semester,
    starts_on,
    ends_on
from {{ ref('int_school_term') }}
