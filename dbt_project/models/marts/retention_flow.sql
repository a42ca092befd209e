with flow as (
    {{ named_rows('flow', retention_flows()) }}
),

counted as (
    select
        h.cohort_year,
        h.segment,
        h.segment_value,
        h.horizon_months,
        f.flow,
        h.hired_n,
        h.is_observed,
        case when h.is_observed then coalesce(c.flow_n, cast(0 as bigint)) end as flow_n
    from {{ ref('int_retention_pool') }} as h
    cross join flow as f
    left join {{ ref('int_retention_flow') }} as c
        on
            h.cohort_year = c.cohort_year
            and h.segment = c.segment
            and h.segment_value = c.segment_value
            and h.horizon_months = c.horizon_months
            and f.flow = c.flow
),

shared as (
    select
        *,
        cast(flow_n as double) / nullif(hired_n, 0) as share,
        cast(hired_n as double) as n
    from counted
)

select
    {{ as_of() }} as as_of_on,
    cohort_year,
    segment,
    segment_value,
    horizon_months,
    flow,
    hired_n,
    flow_n,
    share as flow_share,
    {{ wilson_low('share', 'n') }} as flow_ci_low,
    {{ wilson_high('share', 'n') }} as flow_ci_high,
    case
        when not is_observed then 'not_yet_observed'
        when hired_n < {{ minimum_n('index') }} then 'too_few'
        else 'ok'
    end as status
from shared
