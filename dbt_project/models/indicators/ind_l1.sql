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

teacher as (
    select
        t.institution_id,
        t.period_kind,
        t.period,
        t.person_no,
        coalesce(k.from_on <= t.ends_on and k.through_on >= t.year_starts_on, false) as has_taken_part
    from {{ teachers_in_post('semester') }} as t
    left join taken_part as k on t.person_id = k.person_id
)

{{ indicator([share_of('teacher', 'has_taken_part', unit='person_no')]) }}
