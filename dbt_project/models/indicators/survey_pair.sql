-- Respondents of a wave who were measured in the wave before that it is compared with. Either of the two may name the other.
with pair as (
    select
        instrument,
        wave,
        pair_wave as wave_before
    from {{ ref('int_survey_waves__accepted') }}
    where phase = 'post' and pair_wave is not null
    union
    select
        instrument,
        pair_wave as wave,
        wave as wave_before
    from {{ ref('int_survey_waves__accepted') }}
    where phase = 'pre' and pair_wave is not null
)

select
    a.*,
    b.wave as wave_before,
    b.score as score_before
from pair as p
inner join {{ ref('survey_score') }} as a on p.instrument = a.instrument and p.wave = a.wave
inner join {{ ref('survey_score') }} as b
    on p.instrument = b.instrument and p.wave_before = b.wave and a.respondent_id = b.respondent_id
