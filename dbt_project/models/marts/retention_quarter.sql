with counted as (
    select
        h.quarter,
        l.level,
        e.estimand,
        h.segment,
        h.segment_value,
        h.horizon_months,
        h.hired_n,
        h.unproved_n,
        h.never_started_n,
        h.institutions_n,
        h.cohorts_n,
        coalesce(c.retained_n, 0) as retained_n,
        coalesce(c.unknown_n, 0) as unknown_n,
        coalesce(c.removed_n, 0) as removed_n,
        case when c.base_n > 0 then c.base_n end as base_n,
        c.base_institutions_n,
        c.retained_squared_n,
        c.retained_by_base_n,
        c.base_squared_n
    from {{ ref('int_retention_quarter_hired') }} as h
    cross join ({{ retention_level_rows() }}) as l
    cross join ({{ retention_estimand_rows() }}) as e
    left join {{ ref('int_retention_quarter_count') }} as c
        on
            h.quarter = c.quarter
            and l.level = c.level
            and e.estimand = c.estimand
            and h.segment = c.segment
            and h.segment_value = c.segment_value
            and h.horizon_months = c.horizon_months
),

{{ index_shares('counted') }}

select
    {{ as_of() }} as as_of_on,
    s.quarter,
    s.level,
    s.estimand,
    s.segment,
    s.segment_value,
    s.horizon_months,
    s.hired_n,
    s.retained_n,
    s.unknown_n,
    s.removed_n,
    s.unproved_n,
    s.never_started_n,
    s.institutions_n,
    s.cohorts_n,
    {{ index_figures('s') }},
    {{ target_columns() }},
    case when coalesce(s.base_n, 0) < {{ minimum_n('index') }} then 'too_few' else 'ok' end as status
from sized as s
{{ join_target("concat('R', cast(s.horizon_months as " ~ dbt.type_string() ~ "))", 's', condition="s.estimand = 'employed_at'") }}
