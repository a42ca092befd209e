-- What it claims: on every row retained_n and index_share do not fall from workplace to network to profession, and `continuous`
-- is not above `employed_at`.
-- When it matters: always; the levels and estimands are read beside each other.
-- How to resolve: see int_retention_outcome, where what is known at one level is carried to the others.
with ranked as (
    select
        *,
        case level when 'workplace' then 1 when 'network' then 2 else 3 end as width
    from {{ ref('retention_index') }}
    where status <> 'not_yet_observed'
)

select
    n.cohort_year,
    n.level,
    n.estimand,
    n.segment,
    n.segment_value,
    n.horizon_months
from ranked as n
inner join ranked as w
    on
        n.cohort_year = w.cohort_year
        and n.segment = w.segment
        and n.segment_value = w.segment_value
        and n.horizon_months = w.horizon_months
        and (
            (n.estimand = w.estimand and n.width + 1 = w.width)
            or (n.level = w.level and n.estimand = 'continuous' and w.estimand = 'employed_at')
        )
where n.retained_n > w.retained_n or n.index_share > w.index_share
