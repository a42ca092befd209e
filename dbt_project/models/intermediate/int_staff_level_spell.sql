-- Days at each level seen from a stretch of posts at an institution, gaps bridged on the union of the level's days: there or at a
-- successor, at a school of the clusters it was in when the stretch ended, anywhere. As int_level_spell has it of a cohort.
--
-- Asked for are days from the first of the stretch to the end of its last school year. What was over before them is left out, unless
-- it stands open, and so is what begins too long after them to bridge a gap that holds one of them.
-- A school of a cluster is one that was a member on the first day the person works there, or on the day after the stretch.
with pair as (
    select
        e.stretch_no,
        e.institution_id,
        e.held_through_on as ends_on,
        o.stretch_no as other_no,
        o.institution_id as other_id,
        o.starts_on,
        o.held_through_on,
        o.is_open,
        o.window_end_on,
        o.removing_reason
    from {{ ref('int_staff_spell') }} as e
    inner join {{ ref('int_staff_spell') }} as o
        on
            e.person_no = o.person_no
            and (o.is_open or e.starts_on <= o.held_through_on)
            and o.starts_on <= {{ add_days(add_months('e.held_through_on', 12), var('gap_tolerance_days') + 1) }}
    -- One that is held to the end of what can be read was held on every day that is asked for.
    where
        least(e.held_through_on, e.window_end_on) < {{ add_days(as_of(), - var('gap_tolerance_days')) }}
        and {{ school_year_of('e.held_through_on') }} > {{ school_year_of(as_of()) }} - {{ var('staff_years') }}
),

networked as (
    select distinct
        p.stretch_no,
        p.other_no
    from pair as p
    inner join {{ ref('int_cluster_members__accepted') }} as own
        on
            p.institution_id = own.institution_id
            and p.ends_on >= own.joined_on
            and (own.left_on is null or p.ends_on <= own.left_on)
    inner join {{ ref('int_cluster_members__accepted') }} as its
        on
            own.cluster_id = its.cluster_id
            and p.other_id = its.institution_id
            and (
                (p.starts_on >= its.joined_on and (its.left_on is null or p.starts_on <= its.left_on))
                or (
                    {{ add_days('p.ends_on', 1) }} >= its.joined_on
                    and (its.left_on is null or {{ add_days('p.ends_on', 1) }} <= its.left_on)
                )
            )
),

dated as (
    select
        p.*,
        case
            when p.institution_id = p.other_id then p.starts_on
            when s.succeeded_on is not null then greatest(p.starts_on, s.succeeded_on)
        end as workplace_from_on,
        case when n.stretch_no is not null then p.starts_on end as network_from_on
    from pair as p
    left join {{ ref('int_succession') }} as s
        on p.institution_id = s.institution_id and p.other_id = s.successor_id and p.held_through_on >= s.succeeded_on
    left join networked as n on p.stretch_no = n.stretch_no and p.other_no = n.other_no
),

levelled as (
    {{ level_days(
        'dated',
        {'workplace': 'workplace_from_on', 'network': 'coalesce(network_from_on, workplace_from_on)', 'profession': 'starts_on'},
        ['stretch_no', 'held_through_on', 'is_open', 'window_end_on', 'removing_reason']
    ) }}
),

{{ bridged('levelled', ['stretch_no', 'level'], 'from_on') }},

spell as (
    select
        stretch_no,
        level,
        spell_no as level_spell_no,
        min(from_on) as from_on,
        max(held_through_on) as held_through_on,
        max(least(held_through_on, window_end_on)) as read_through_on,
        {{ least_on_last_day('held_through_on', 'window_end_on') }} as window_end_on,
        {{ any_row('is_open') }} as is_open,
        {{ any_row('removing_reason is not null') }} as is_career_end
    from bridged
    group by stretch_no, level, spell_no
)

select
    stretch_no,
    level,
    level_spell_no,
    from_on,
    held_through_on,
    read_through_on,
    window_end_on,
    lead(from_on) over (partition by stretch_no, level order by level_spell_no) as next_from_on,
    {{ any_row('is_open', 'partition by stretch_no, level order by level_spell_no') }} as is_lost,
    is_career_end
from spell
