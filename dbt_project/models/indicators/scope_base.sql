-- Members whose staff list, lesson counts or enrolments are to be there for a period, and those of which they are: what they leave out is
-- not nought.
with member as (
    select
        m.scope,
        m.scope_id,
        p.period_kind,
        p.period,
        p.school_year,
        p.year_starts_on,
        i.institution_id,
        i.kind
    from {{ ref('int_period') }} as p
    inner join {{ ref('int_scope_member') }} as m
        on m.member_kind = 'institution' and p.counted_on between m.from_on and m.through_on
    inner join {{ ref('int_institutions__accepted') }} as i on m.member_id = i.institution_id
    where
        p.is_over
        and i.kind in ('school', 'small_school', 'college', 'university', 'kindergarten')
        and (i.opened_on is null or i.opened_on <= p.counted_on)
        and (i.closed_on is null or i.closed_on > p.counted_on)
),

-- Quarters of each period, so that a year has lesson counts when every quarter has.
quarter as (
    select distinct
        p.period_kind,
        p.period,
        t.quarter
    from {{ ref('int_period') }} as p
    inner join {{ ref('int_school_term') }} as t on p.starts_on <= t.ends_on and p.ends_on >= t.starts_on
    where p.is_over
),

quarters as (
    select
        period_kind,
        period,
        quarter,
        count(*) over (partition by period_kind, period) as quarters_n
    from quarter
),

counting as (
    select distinct
        institution_id,
        quarter
    from {{ ref('fct_lesson_count') }}
),

counted as (
    select
        q.period_kind,
        q.period,
        c.institution_id
    from quarters as q
    inner join counting as c on q.quarter = c.quarter
    group by q.period_kind, q.period, q.quarters_n, c.institution_id
    having count(*) = q.quarters_n
),

enrolled as (
    select distinct
        institution_id,
        school_year
    from {{ ref('fct_enrolment') }}
),

-- Of the time before a registry is complete its list names only those who stayed.
complete as (
    select
        s.institution_id,
        max(r.registry_complete_from) as from_on
    from {{ ref('int_staff_spell') }} as s
    inner join {{ ref('int_sender') }} as r on s.sender = r.sender
    group by s.institution_id
),

sent as (
    select
        m.*,
        coalesce(s.heard_on >= m.year_starts_on, false) and coalesce(c.from_on <= m.year_starts_on, true) as has_staff,
        e.institution_id is not null as has_pupils
    from member as m
    left join {{ ref('int_staff_list_state') }} as s on m.institution_id = s.institution_id
    left join complete as c on m.institution_id = c.institution_id
    left join enrolled as e on m.institution_id = e.institution_id and m.school_year = e.school_year
),

judged as (
    select
        m.scope,
        m.scope_id,
        m.period_kind,
        m.period,
        m.institution_id,
        'staff_employment' as base_feed,
        m.has_staff as is_told
    from sent as m
    union all
    select
        m.scope,
        m.scope_id,
        m.period_kind,
        m.period,
        m.institution_id,
        'lesson_counts' as base_feed,
        c.institution_id is not null as is_told
    from sent as m
    left join counted as c
        on m.institution_id = c.institution_id and m.period_kind = c.period_kind and m.period = c.period
    where m.kind in ('school', 'small_school')
    union all
    select
        m.scope,
        m.scope_id,
        m.period_kind,
        m.period,
        m.institution_id,
        'enrolments' as base_feed,
        m.has_pupils as is_told
    from sent as m
    where m.kind in ('school', 'small_school')
    union all
    select
        m.scope,
        m.scope_id,
        m.period_kind,
        m.period,
        m.institution_id,
        'staff_employment;enrolments' as base_feed,
        m.has_staff and m.has_pupils as is_told
    from sent as m
    where m.kind in ('school', 'small_school')
)

select
    base_feed,
    scope,
    scope_id,
    period_kind,
    period,
    cast(count(*) as bigint) as members_n,
    cast(count(case when is_told then 1 end) as bigint) as told_n,
    -- Of an oblast they would be hundreds; a cluster's are named.
    case when scope = 'cluster' then {{ joined('case when not is_told then institution_id end', ';', 'institution_id') }} end as missing_members
from judged
group by base_feed, scope, scope_id, period_kind, period
