-- Days from which members are compared with controls, and the latest cohort whose first year was known on each: read, as
-- everywhere, when the tolerance after the last member's horizon day had run out. So nothing after the day tells how schools kept their
-- teachers before it.
with compared as (
    select min(joined_on) as index_on
    from {{ ref('int_cluster_members__accepted') }}
    group by cluster_id, institution_id

    union

    select min(from_on) as index_on
    from {{ ref('int_control_groups__accepted') }}
    group by cluster_id, institution_id
)

select
    c.index_on,
    cast(max(h.cohort_start_year) as int) as last_cohort_start_year
from compared as c
left join {{ ref('int_cohort_horizon') }} as h
    on h.horizon_months = 12 and {{ add_days('h.last_horizon_on', var('gap_tolerance_days')) }} <= c.index_on
group by c.index_on
