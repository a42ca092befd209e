-- Where those hired are after a year, in the school year in which the year is over.
with told as (
    select
        flow,
        {{ scope_of_segment() }},
        'school_year' as period_kind,
        {{ year_reached(12) }} as period,
        flow_share as value,
        flow_n as numerator,
        hired_n as denominator,
        hired_n as n,
        {{ share_interval('flow_ci_low', 'flow_ci_high') }},
        status
    from {{ ref('retention_flow') }}
    where horizon_months = 12 and cohort_year <> 'all' and {{ is_a_scope() }}
)

{{ indicator([
    mart_of('told', "flow = 'stayed_at_work'"),
    mart_of('told', "flow = 'stayed_on_leave'", measure='on_leave'),
    mart_of('told', "flow = 'moved_network'", measure='moved_network'),
    mart_of('told', "flow = 'moved_outside'", measure='moved_outside'),
    mart_of('told', "flow = 'left'", measure='left'),
    mart_of('told', "flow = 'retired_or_died'", measure='retired_or_died'),
    mart_of('told', "flow = 'unknown'", measure='unknown'),
]) }}
