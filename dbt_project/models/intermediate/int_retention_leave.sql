-- Who holds posts at the workplace on the horizon day and is on leave from each of them.
with away as (
    select
        m.member_no,
        m.institution_id,
        h.horizon_months,
        {{ add_months('m.t0_on', 'h.horizon_months') }} as horizon_on
    from {{ ref('int_retention_member') }} as m
    cross join ({{ retention_horizons() }}) as h
    -- Few people are ever on leave, so the others are left out before their posts are read.
    where m.member_no in (
        select r.person_no
        from {{ ref('int_career_row') }} as r
        where r.leave_from_on is not null
    )
),

workplace as (
    select
        institution_id,
        institution_id as workplace_id,
        cast(null as date) as succeeded_on
    from {{ ref('int_place') }}

    union all

    select
        institution_id,
        successor_id as workplace_id,
        succeeded_on
    from {{ ref('int_succession') }}
)

select
    a.member_no,
    a.horizon_months
from away as a
inner join workplace as w on a.institution_id = w.institution_id and coalesce(a.horizon_on >= w.succeeded_on, true)
inner join {{ ref('int_career_row') }} as r
    on
        a.member_no = r.person_no
        and w.workplace_id = r.institution_id
        and a.horizon_on between r.starts_on and r.held_through_on
where not r.is_not_started
group by a.member_no, a.horizon_months
having min(case when a.horizon_on between r.leave_from_on and r.leave_through_on then 1 else 0 end) = 1
