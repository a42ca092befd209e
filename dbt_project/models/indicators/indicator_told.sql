-- Each figure as it is told: one that would give back what is said of too few is as if it were of too few itself.
{{ config(materialized='view') }}
select
    j.figure_no,
    f.indicator,
    f.measure,
    j.scope,
    j.scope_id,
    p.period_kind,
    p.period,
    f.formula,
    f.owner_role,
    f.better_sign,
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
    case when w.figure_no is not null then 'too_few' else j.status end as status,
    j.is_told and w.figure_no is null as is_told
from {{ ref('indicator_judged') }} as j
-- Each has one: as inner joins DuckDB takes them for filters, and hashes all figures in the joins that follow.
left join {{ ref('indicator_figure') }} as f on j.figure_no = f.figure_no
left join {{ ref('int_period') }} as p on j.period_key = p.period_key
left join {{ ref('indicator_withheld') }} as w
    on j.figure_no = w.figure_no and j.scope = w.scope and j.scope_id = w.scope_id and j.period_key = w.period_key
