-- The most students that a mentor has at one time in the period: on the day on which one of the placements begins, or the period does.
with held as (
    select
        r.institution_id,
        r.cluster_id,
        r.period_kind,
        r.period,
        r.mentor_id,
        r.placement_id,
        count(distinct o.student_id) as students_n
    from {{ placements_running('semester') }} as r
    inner join {{ ref('fct_practicum') }} as o on r.mentor_id = o.mentor_id and r.from_on between o.starts_on and o.ends_on
    group by r.institution_id, r.cluster_id, r.period_kind, r.period, r.mentor_id, r.placement_id
)

{{ indicator([
    mean_of('held', 'students_n', unit='mentor_id', by='both'),
    share_of('held', 'students_n > ' ~ var('mentor_students'), unit='mentor_id', by='both', measure='overloaded'),
]) }}
