-- Events held in the period over events planned for it. What was not planned is held too, so that it may be more than one; what was moved
-- or cancelled stays in the plan.
with told as (
    select
        e.cluster_id,
        e.institution_id,
        t.school_year,
        t.semester,
        t.quarter,
        0 as held_n,
        1 as planned_n
    from {{ ref('fct_event') }} as e
    {{ join_term('e.planned_on') }}
    where e.planned_on is not null
    union all
    select
        cluster_id,
        institution_id,
        school_year,
        semester,
        quarter,
        1 as held_n,
        0 as planned_n
    from {{ ref('fct_event') }}
    where is_held
)

{{ indicator([ratio_of('told', 'held_n', 'planned_n', kind='quarter', by='both')]) }}
