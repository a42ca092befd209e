-- Teachers in post who took part in a cycle of lesson study, or in a research project of at least two institutions, in the school year so
-- far. A cycle without a last day counts for the year in which it began, a project for as long as it runs.
with taken_part as (
    select
        p.person_id,
        c.started_on as from_on,
        coalesce(c.ended_on, c.started_on) as through_on
    from {{ ref('fct_lesson_study_participation') }} as p
    inner join {{ ref('fct_lesson_study_cycle') }} as c on p.cycle_id = c.cycle_id
    where p.role in ('leader', 'teacher')
    union all
    select
        p.person_id,
        r.started_on as from_on,
        coalesce(r.ended_on, {{ as_of() }}) as through_on
    from {{ ref('fct_project_participation') }} as p
    inner join {{ ref('fct_project') }} as r on p.project_id = r.project_id
    where r.kind = 'research' and r.is_joint and p.role in ('leader', 'researcher')
),

active as (
    select distinct
        n.person_no,
        p.period_kind,
        p.period
    from taken_part as k
    inner join {{ each_period('semester') }} as p on k.from_on <= p.ends_on and k.through_on >= p.year_starts_on
    inner join {{ ref('int_person') }} as n on k.person_id = n.person_id
),

teacher as (
    select
        t.institution_id,
        t.period_kind,
        t.period,
        t.shared_no,
        a.person_no is not null as has_taken_part
    from {{ teachers_in_post('semester') }} as t
    left join active as a on t.person_no = a.person_no and t.period_kind = a.period_kind and t.period = a.period
)

{{ indicator([share_of('teacher', 'has_taken_part', unit='shared_no')]) }}
