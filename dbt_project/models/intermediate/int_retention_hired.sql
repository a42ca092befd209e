with split as (
    {{ counted_by_segment(ref('int_retention_member'), ['cohort_start_year'], {
        'hired_n': 'not is_never_started',
        'unproved_n': 'not is_never_started and not is_proved',
        'never_started_n': 'is_never_started',
    }) }}
)

select
    cohort_start_year,
    segment,
    segment_value,
    institution_id,
    cast(hired_n as bigint) as hired_n,
    cast(unproved_n as bigint) as unproved_n,
    cast(never_started_n as bigint) as never_started_n
from split
