-- What a person does after a stretch of posts at an institution has ended, and in which school years: goes on at a successor of
-- it, at a school of its clusters, or anywhere; on the last school day, and without a gap.
--
-- A school of a cluster is one that was a member on the first day the person works there, or on the day after the stretch.
with ended as (
    select
        s.*,
        {{ school_year_of('s.held_through_on') }} as start_year,
        {{ last_school_day(school_year_of('s.held_through_on')) }} as finish_on
    from {{ ref('int_staff_spell') }} as s
),

other as (
    select
        e.person_id,
        e.institution_id,
        e.spell_no,
        e.held_through_on,
        e.finish_on,
        o.institution_id as other_id,
        o.starts_on,
        o.held_through_on as other_held_through_on,
        least(o.held_through_on, o.window_end_on) as other_read_through_on,
        o.is_open
    from ended as e
    inner join {{ ref('int_staff_spell') }} as o
        on e.person_id = o.person_id and (e.institution_id <> o.institution_id or e.spell_no <> o.spell_no)
    where
        o.held_through_on > e.held_through_on
        or e.finish_on between o.starts_on and o.held_through_on
        or o.is_open
),

levelled as (
    select
        o.*,
        case
            when o.institution_id = o.other_id then o.starts_on
            when s.succeeded_on is not null then greatest(o.starts_on, s.succeeded_on)
        end as workplace_from_on,
        case when n.institution_id is not null then o.starts_on end as network_from_on
    from other as o
    left join {{ ref('int_succession') }} as s
        on o.institution_id = s.institution_id and o.other_id = s.successor_id and o.other_held_through_on >= s.succeeded_on
    left join (
        select distinct
            x.institution_id,
            x.spell_no,
            x.person_id,
            x.other_id,
            x.starts_on
        from other as x
        inner join {{ ref('int_cluster_members__accepted') }} as own
            on
                x.institution_id = own.institution_id
                and x.held_through_on >= own.joined_on
                and (own.left_on is null or x.held_through_on <= own.left_on)
        inner join {{ ref('int_cluster_members__accepted') }} as its
            on
                own.cluster_id = its.cluster_id
                and x.other_id = its.institution_id
                and (
                    (x.starts_on >= its.joined_on and (its.left_on is null or x.starts_on <= its.left_on))
                    or (
                        {{ add_days('x.held_through_on', 1) }} >= its.joined_on
                        and (its.left_on is null or {{ add_days('x.held_through_on', 1) }} <= its.left_on)
                    )
                )
    ) as n
        on
            o.person_id = n.person_id
            and o.institution_id = n.institution_id
            and o.spell_no = n.spell_no
            and o.other_id = n.other_id
            and o.starts_on = n.starts_on
)

select
    person_id,
    institution_id,
    spell_no,
    {{ goes_on('workplace_from_on') }} as goes_on_workplace,
    {{ goes_on('coalesce(workplace_from_on, network_from_on)') }} as goes_on_network,
    {{ goes_on('starts_on') }} as goes_on_profession,
    {{ is_there('workplace_from_on') }} as is_there_workplace,
    {{ is_there('coalesce(workplace_from_on, network_from_on)') }} as is_there_network,
    {{ is_there('starts_on') }} as is_there_profession,
    {{ any_row('finish_on between starts_on and other_read_through_on') }} as is_seen,
    {{ any_row('is_open and other_held_through_on <= held_through_on') }} as is_lost
from levelled
group by person_id, institution_id, spell_no
