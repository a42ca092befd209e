-- Members whose staff list, lesson counts or enrolments are to be there for a period, and those of which they are: what they leave out is
-- not nought.
with member as (
    select
        p.period_kind,
        p.period,
        p.school_year,
        p.year_starts_on,
        p.counted_on,
        i.institution_id,
        i.kind in ('school', 'small_school') as is_school
    from {{ ref('int_period') }} as p
    cross join {{ ref('int_institutions__accepted') }} as i
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
        l.institution_id is not null as has_lessons,
        e.institution_id is not null as has_pupils
    from member as m
    left join {{ ref('int_staff_list_state') }} as s on m.institution_id = s.institution_id
    left join complete as c on m.institution_id = c.institution_id
    left join counted as l on m.institution_id = l.institution_id and m.period_kind = l.period_kind and m.period = l.period
    left join enrolled as e on m.institution_id = e.institution_id and m.school_year = e.school_year
),

placed as (
    select
        k.scope,
        k.scope_id,
        m.*
    from sent as m
    inner join {{ ref('int_scope_member') }} as k
        on k.member_kind = 'institution' and m.institution_id = k.member_id and m.counted_on between k.from_on and k.through_on
),

counts as (
    select
        scope,
        scope_id,
        period_kind,
        period,
        {{ base_counts() }}
    from placed
    group by scope, scope_id, period_kind, period
),

-- Of an oblast they would be hundreds; a cluster's are named.
missing as (
    select
        scope,
        scope_id,
        period_kind,
        period,
        {{ base_lists() }}
    from placed
    where scope = 'cluster'
    group by scope, scope_id, period_kind, period
)

{{ base_rows('counts', 'missing') }}
