select
    {{ as_of() }} as as_of_on,
    s.school_year,
    s.level,
    s.segment,
    s.segment_value,
    s.in_post_n,
    s.finished_n,
    s.unknown_n,
    s.removed_n,
    s.finish_share,
    {{ wilson_low('s.finish_share', 'cast(s.base_n as double)') }} as finish_ci_low,
    {{ wilson_high('s.finish_share', 'cast(s.base_n as double)') }} as finish_ci_high,
    cast(s.finished_n as double) / nullif(s.in_post_n - s.removed_n, 0) as bound_low_share,
    cast(s.finished_n + s.unknown_n as double) / nullif(s.in_post_n - s.removed_n, 0) as bound_high_share,
    {{ target_columns() }},
    s.status
from {{ staff_finish(ref('int_staff_count'), ['segment', 'segment_value']) }} as s
{{ join_target("'RY'", 's') }}
