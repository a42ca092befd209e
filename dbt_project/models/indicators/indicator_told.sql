-- Each figure as it is told: one that would give back what is said of too few is as if it were of too few itself.
{{ config(materialized='view') }}
select
    j.figure_no,
    j.indicator,
    j.measure,
    j.scope,
    j.scope_id,
    j.period_kind,
    j.period,
    j.formula,
    j.owner_role,
    j.better_sign,
    j.period_key,
    j.previous_key,
    j.members_n,
    j.told_n,
    j.missing_members,
    j.numerator,
    j.denominator,
    j.n,
    j.value,
    j.value_se,
    j.ci_low,
    j.ci_high,
    case when w.indicator is not null then 'too_few' else j.status end as status,
    j.is_told and w.indicator is null as is_told
from {{ ref('indicator_judged') }} as j
left join {{ ref('indicator_withheld') }} as w
    on
        j.indicator = w.indicator
        and j.measure = w.measure
        and j.scope = w.scope
        and j.scope_id = w.scope_id
        and j.period_kind = w.period_kind
        and j.period = w.period
