-- From which day what a cohort member holds counts at each level. A successor is the workplace from the day it succeeds. A post in the
-- network is one taken up at a school that was then a member: that the school leaves later is not the teacher's exit, and a
-- school that joins later does not bring in those it had hired before. So networks and successors are told post by post, all else
-- by the stretches of posts at an institution, which are fewer.
with member as (
    select
        member_no,
        institution_id,
        is_local
    from {{ ref('int_cohort_entry') }}
    where entry_status = 'member'
),

stretch as (
    select
        m.member_no,
        p.institution_id,
        cast(null as {{ dbt.type_string() }}) as position_group,
        p.starts_on,
        case when p.institution_id = m.institution_id then p.starts_on end as workplace_from_on,
        p.held_through_on,
        p.read_through_on,
        p.is_open,
        p.last_window_end_on as window_end_on,
        p.removing_reason,
        m.is_local
    from member as m
    inner join {{ ref('int_staff_spell') }} as p on m.member_no = p.person_no
),

succeeded as (
    select
        m.member_no,
        p.institution_id,
        p.position_group,
        greatest(p.starts_on, s.succeeded_on) as from_on,
        p.held_through_on,
        least(p.held_through_on, p.window_end_on) as read_through_on,
        p.is_open,
        p.window_end_on,
        m.is_local
    from member as m
    inner join {{ ref('int_succession') }} as s on m.institution_id = s.institution_id
    inner join {{ ref('int_career_post') }} as p
        on m.member_no = p.person_no and s.successor_id = p.institution_id and s.succeeded_on <= p.held_through_on
),

-- A school that is in two of the networks of the member brings a post in once.
networked as (
    select distinct
        m.member_no,
        p.institution_id,
        p.position_group,
        p.starts_on,
        p.held_through_on,
        least(p.held_through_on, p.window_end_on) as read_through_on,
        p.is_open,
        p.window_end_on,
        m.is_local
    from member as m
    inner join {{ ref('int_entry_network') }} as n on m.member_no = n.member_no
    inner join {{ ref('int_cluster_members__accepted') }} as c on n.cluster_id = c.cluster_id
    inner join {{ ref('int_career_post') }} as p
        on
            m.member_no = p.person_no
            and c.institution_id = p.institution_id
            and c.joined_on <= p.starts_on
            and (c.left_on is null or c.left_on >= p.starts_on)
),

-- A post that is in the network both ways counts once.
post as (
    select
        'network' as level,
        starts_on as from_on,
        member_no,
        institution_id,
        position_group,
        held_through_on,
        read_through_on,
        is_open,
        window_end_on,
        cast(null as {{ dbt.type_string() }}) as removing_reason,
        is_local
    from networked

    union

    select
        l.level,
        s.from_on,
        s.member_no,
        s.institution_id,
        s.position_group,
        s.held_through_on,
        s.read_through_on,
        s.is_open,
        s.window_end_on,
        cast(null as {{ dbt.type_string() }}) as removing_reason,
        s.is_local
    from succeeded as s
    cross join ({{ retention_level_rows() }}) as l
    where l.level <> 'profession'
),

levelled as (
    {{ level_days(
        'stretch',
        {'workplace': 'workplace_from_on', 'network': 'workplace_from_on', 'profession': 'starts_on'},
        ['member_no', 'institution_id', 'position_group', 'held_through_on', 'read_through_on', 'is_open', 'window_end_on',
         'removing_reason', 'is_local']
    ) }}

    union all

    select *
    from post
)

select
    member_no,
    level,
    institution_id,
    position_group,
    from_on,
    held_through_on,
    read_through_on,
    is_open,
    window_end_on,
    removing_reason,
    is_local and level <> 'workplace' as is_out_of_sight
from levelled
