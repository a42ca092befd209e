select
    f.entry_id,
    f.placement_id,
    p.student_id,
    p.institution_id,
    p.sending_id,
    p.mentor_id,
    p.cluster_id,
    coalesce(f.author_id, p.student_id) as author_id,
    case
        when coalesce(f.author_id, p.student_id) = p.student_id then 'student'
        when f.author_id = p.mentor_id then 'mentor'
        when f.author_id = p.supervisor_id then 'supervisor'
        else 'other'
    end as author_role,
    f.kind,
    {{ periods('f.entry_date') }},
    f.entry_date as entry_on,
    f.subject,
    f.lessons_taught as lessons_taught_n,
    f.methods_used,
    f.mentor_mark as mentor_mark_score,
    f.mark_scale as mark_max_score,
    f.reply_to,
    f.text_hash,
    f.text_len_n,
    f.due_at,
    {{ known_at('f.submitted_at') }} as submitted_at,
    {{ known_at('f.checked_at') }} as checked_at,
    case
        when {{ known_at('f.submitted_at') }} is not null
            then coalesce(
                f.submitted_at <= f.due_at,
                {{ local_day('f.submitted_at') }} <= {{ add_days('f.entry_date', var('journal_days')) }}
            )
        when coalesce({{ local_day('f.due_at') }}, {{ add_days('f.entry_date', var('journal_days')) }}) < {{ as_of() }} then false
    end as is_on_time
from {{ linked('practicum_journal', ['author_id']) }} as f
inner join {{ ref('fct_practicum') }} as p on f.placement_id = p.placement_id
{{ join_term('f.entry_date') }}
where {{ is_known('f.entry_date') }}
