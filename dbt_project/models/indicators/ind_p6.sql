-- Months in which a supervisor has a placement running at a school, and of them those with enough days of visits of which a report was
-- handed in; and the same by placement, of which a visit that names none is one of every placement of the supervisor there.
with running as (
    select
        r.placement_id,
        r.institution_id,
        r.cluster_id,
        r.supervisor_id,
        {{ periods('r.period_starts_on') }}
    from {{ placements_running('month') }} as r
    {{ join_term('r.period_starts_on') }}
    where r.period_kind = 'month'
),

visit as (
    select
        supervisor_id,
        school_id as institution_id,
        placement_id,
        visited_on,
        {{ month_of('visited_on') }} as month
    from {{ linked('supervisor_visits', ['supervisor_id']) }} as v
    where report_submitted_on <= {{ as_of() }}
),

visited as (
    select
        supervisor_id,
        institution_id,
        month,
        count(distinct visited_on) as days_n
    from visit
    group by supervisor_id, institution_id, month
),

supervised as (
    select
        r.*,
        concat_ws('|', r.supervisor_id, r.institution_id, r.month) as school_month,
        coalesce(v.days_n, 0) as days_n
    from running as r
    left join visited as v on r.supervisor_id = v.supervisor_id and r.institution_id = v.institution_id and r.month = v.month
    where r.supervisor_id is not null
),

placement as (
    select
        r.placement_id,
        r.institution_id,
        r.cluster_id,
        r.school_year,
        r.semester,
        r.quarter,
        r.month,
        count(distinct case when coalesce(v.placement_id = r.placement_id, true) then v.visited_on end) as days_n
    from running as r
    left join visit as v on r.supervisor_id = v.supervisor_id and r.institution_id = v.institution_id and r.month = v.month
    where r.supervisor_id is not null
    group by r.placement_id, r.institution_id, r.cluster_id, r.school_year, r.semester, r.quarter, r.month
)

{{ indicator([
    share_of('supervised', 'days_n >= ' ~ var('visit_days'), kind='month', unit='school_month', by='both'),
    share_of('placement', 'days_n >= ' ~ var('visit_days'), kind='month', by='both', measure='placements'),
]) }}
