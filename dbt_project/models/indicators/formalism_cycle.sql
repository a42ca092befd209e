-- Cycles of lesson study of a group that had finished one before, and whether pupils gained nothing in two that were measured running.
with finished as (
    select
        *,
        {{ group_of_cycle('c') }} as object_id
    from {{ ref('fct_lesson_study_cycle') }} as c
    where c.ended_on is not null and (c.group_id is not null or c.subject is not null)
),

numbered as (
    select
        *,
        row_number() over (partition by institution_id, object_id order by ended_on, cycle_id) as cycle_no
    from finished
),

measured as (
    select
        cycle_id,
        lag(cycle_id) over (partition by institution_id, object_id order by ended_on, cycle_id) as cycle_before,
        lag(outcome_gain_score) over (partition by institution_id, object_id order by ended_on, cycle_id) as gain_before_score
    from finished
    where outcome_gain_score is not null
)

select
    n.cycle_id,
    n.institution_id,
    n.cluster_id,
    n.object_id,
    n.started_on,
    n.school_year,
    n.semester,
    n.quarter,
    m.cycle_before,
    case
        when m.gain_before_score is not null
            then {{ is_without_gain('n.outcome_gain_score') }} and {{ is_without_gain('m.gain_before_score') }}
    end as is_without_gain
from numbered as n
left join measured as m on n.cycle_id = m.cycle_id
where n.cycle_no > 1
