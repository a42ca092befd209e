-- Inductions of young teachers by the semester in which their pair ended; one that was extended is not finished. Of several pairs of one
-- teacher one that was passed is enough.
with finished as (
    select
        f.institution_id,
        f.mentee_id,
        f.induction_result = 'passed' as is_passed,
        {{ periods('f.ends_on') }}
    from {{ ref('fct_mentoring_pair') }} as f
    {{ join_term('f.ends_on') }}
    where f.ends_on is not null and f.induction_result in ('passed', 'left') and coalesce(f.kind, 'young_teacher') = 'young_teacher'
)

{{ indicator([share_of('finished', 'is_passed', kind='semester', unit='mentee_id')]) }}
