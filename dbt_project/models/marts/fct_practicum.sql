select
    f.placement_id,
    f.student_id,
    f.school_id as institution_id,
    f.sending_id,
    f.mentor_id,
    f.supervisor_id,
    f.cluster_id,
    f.programme_code,
    f.route,
    f.kind,
    {{ periods('f.starts_on') }},
    f.starts_on,
    f.ends_on,
    f.ends_on <= {{ as_of() }} as is_ended,
    cast(cast(({{ days_between('f.starts_on', 'f.ends_on') }} + 1) * 48 as double) / 1461 as decimal(18, 4)) as practicum_months,
    f.weeks as practicum_weeks,
    f.hours as practicum_hours,
    f.credits as credits_n,
    f.plan_approved as is_plan_approved,
    f.feedback_complete as is_feedback_complete,
    f.final_grade as final_grade_score,
    f.rubric_score,
    f.moderation,
    f.hired_by_school as is_hired_by_school
from {{ linked('practicum_placements', ['student_id', 'mentor_id', 'supervisor_id']) }} as f
{{ join_term('f.starts_on') }}
where {{ is_known('f.starts_on') }}
