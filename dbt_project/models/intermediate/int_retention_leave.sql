-- Who holds posts at the workplace on the horizon day and is on leave from each of them.
with away as (
    select
        m.member_no,
        m.person_id,
        h.horizon_months,
        {{ add_months('m.t0_on', 'h.horizon_months') }} as horizon_on
    from {{ ref('int_retention_member') }} as m
    cross join ({{ retention_horizons() }}) as h
    -- Few people are ever on leave, so the others are left out before their posts are read.
    where m.person_id in (
        select r.person_id
        from {{ ref('int_career_row') }} as r
        where r.leave_from_on is not null
    )
),

workplace as (
    select distinct
        member_no,
        institution_id,
        position_group,
        starts_on,
        from_on
    from {{ ref('int_level_post') }}
    where level = 'workplace'
)

select
    a.member_no,
    a.horizon_months
from away as a
inner join workplace as w on a.member_no = w.member_no and a.horizon_on >= w.from_on
inner join {{ ref('int_career_row') }} as r
    on
        a.person_id = r.person_id
        and w.institution_id = r.institution_id
        and w.position_group = r.position_group
        and a.horizon_on between r.starts_on and r.held_through_on
where not r.is_not_started
group by a.member_no, a.horizon_months
having min(case when a.horizon_on between r.leave_from_on and r.leave_through_on then 1 else 0 end) = 1
