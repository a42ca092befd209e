-- Who was invited to a wave, by institution and role, and how many of them answered enough to have a score. More answers than people
-- invited, where a link was passed on, are as many as were invited.
select
    s.instrument,
    s.wave,
    s.institution_id,
    s.role,
    {{ periods('w.closed_on') }},
    greatest(s.invited, coalesce(a.answered_n, 0)) as invited_n,
    coalesce(a.answered_n, 0) as answered_n
from {{ ref('int_survey_samples__accepted') }} as s
inner join {{ ref('int_survey_waves__accepted') }} as w on s.instrument = w.instrument and s.wave = w.wave
{{ join_term('w.closed_on') }}
left join (
    select
        instrument,
        wave,
        institution_id,
        role,
        count(*) as answered_n
    from {{ ref('fct_survey_score') }}
    where score_status = 'ok'
    group by instrument, wave, institution_id, role
) as a on s.instrument = a.instrument and s.wave = a.wave and s.institution_id = a.institution_id and s.role = a.role
