-- Students in practicum in the period, all of whose placements in it have an approved plan, and who had something in their portfolio by its
-- last day.
with portfolio as (
    select
        person_id,
        min(created_on) as first_on
    from {{ ref('fct_portfolio_artefact') }}
    group by person_id
),

practicant as (
    select
        r.institution_id,
        r.cluster_id,
        r.period_kind,
        r.period,
        r.student_id,
        coalesce(r.is_plan_approved and o.first_on <= r.period_ends_on, false) as is_ready
    from {{ placements_running('semester') }} as r
    left join portfolio as o on r.student_id = o.person_id
)

{{ indicator([share_of('practicant', 'is_ready', unit='student_id', by='both', every=true)]) }}
