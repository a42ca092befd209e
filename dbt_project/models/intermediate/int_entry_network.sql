-- The networks of the entry institution on t0, fixed for good.
select
    e.member_no,
    m.cluster_id,
    min(m.role) as cluster_role
from {{ ref('int_cohort_entry') }} as e
inner join {{ ref('int_cluster_members__accepted') }} as m
    on
        e.institution_id = m.institution_id
        and e.t0_on >= m.joined_on
        and (m.left_on is null or e.t0_on <= m.left_on)
where e.entry_status in ('member', 'never_started')
group by e.member_no, m.cluster_id
