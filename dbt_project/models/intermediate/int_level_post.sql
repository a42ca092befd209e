-- From which day each post counts at each level. A successor is the workplace from the day it succeeds. A post in the network
-- is one taken up at a school that was then a member: that the school leaves later is not the teacher's exit, and a school
-- that joins later does not bring in those it had hired before.
with member as (
    select
        member_no,
        person_id,
        institution_id,
        is_local
    from {{ ref('int_cohort_entry') }}
    where entry_status = 'member'
),

networked as (
    select distinct
        p.person_id,
        p.institution_id,
        p.position_group,
        p.starts_on
    from {{ ref('int_career_post') }} as p
    inner join {{ ref('int_entry_network') }} as n on p.person_id = n.person_id
    inner join {{ ref('int_cluster_members__accepted') }} as m
        on
            n.cluster_id = m.cluster_id
            and p.institution_id = m.institution_id
            and p.starts_on >= m.joined_on
            and (m.left_on is null or p.starts_on <= m.left_on)
),

dated as (
    select
        m.member_no,
        p.institution_id,
        p.position_group,
        p.starts_on,
        p.held_through_on,
        p.is_open,
        p.window_end_on,
        p.removing_reason,
        m.is_local,
        case
            when p.institution_id = m.institution_id then p.starts_on
            when s.succeeded_on is not null then greatest(p.starts_on, s.succeeded_on)
        end as workplace_from_on,
        n.starts_on as network_from_on
    from member as m
    inner join {{ ref('int_career_post') }} as p on m.person_id = p.person_id
    left join {{ ref('int_succession') }} as s
        on m.institution_id = s.institution_id and p.institution_id = s.successor_id and p.held_through_on >= s.succeeded_on
    left join networked as n
        on
            p.person_id = n.person_id
            and p.institution_id = n.institution_id
            and p.position_group = n.position_group
            and p.starts_on = n.starts_on
),

levelled as (
    select
        'workplace' as level,
        dated.workplace_from_on as from_on,
        dated.*
    from dated

    union all

    select
        'network' as level,
        coalesce(dated.network_from_on, dated.workplace_from_on) as from_on,
        dated.*
    from dated

    union all

    select
        'profession' as level,
        dated.starts_on as from_on,
        dated.*
    from dated
)

select
    member_no,
    level,
    institution_id,
    position_group,
    starts_on,
    from_on,
    held_through_on,
    is_open,
    window_end_on,
    removing_reason,
    is_local and level <> 'workplace' as is_out_of_sight
from levelled
where from_on is not null
