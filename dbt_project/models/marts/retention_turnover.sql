select
    {{ as_of() }} as as_of_on,
    s.school_year,
    s.level,
    s.segment,
    s.segment_value,
    s.headcount_value,
    s.exits_n,
    s.unknown_n,
    s.removed_n,
    s.unread_n,
    s.turnover_value,
    s.bound_high_value,
    {{ target_columns() }},
    s.status
from {{ staff_turnover(ref('int_staff_count'), ['segment', 'segment_value']) }} as s
{{ join_target("'RT'", 's') }}
