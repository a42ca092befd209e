{%- set roles = ['teacher', 'young_teacher', 'mentor'] %}
-- Answers are known by no name, so that who is young is what the questionnaire says, not the registry.
with respondent as (
    select * from {{ respondents('wellbeing', 'school_year', roles=roles) }} as r
),

young as (
    select * from respondent
    where role = 'young_teacher'
),

square as (
    {{ item_squares('wellbeing', 'school_year', roles=roles) }}
)

{{ indicator([
    weighted_mean_of('respondent', 'score', 'weight', by='both'),
    weighted_mean_of('young', 'score', 'weight', by='both', measure='young_teachers'),
    mean_of('respondent', 'score', by='both', measure='plain'),
    response_rate('wellbeing', 'school_year', roles=roles),
    alpha_of('square'),
    omega_of('square'),
]) }}
