with respondent as (
    select * from {{ respondents('tam', 'semester') }} as r
),

part as (
    select * from {{ ref('survey_score') }}
    where instrument = 'tam' and subscale <> '_total'
),

person as (
    {{ by_respondent('part', ['score', 'weight'], 'semester', keys=['subscale']) }}
),

ease as (
    select * from person
    where subscale = 'ease'
),

usefulness as (
    select * from person
    where subscale = 'usefulness'
)

{{ indicator([
    weighted_mean_of('respondent', 'score', 'weight', by='both'),
    weighted_mean_of('ease', 'score', 'weight', by='both', measure='ease'),
    weighted_mean_of('usefulness', 'score', 'weight', by='both', measure='usefulness'),
    mean_of('respondent', 'score', by='both', measure='plain'),
    response_rate('tam', 'semester'),
    alpha_of('tam', 'semester'),
    omega_of('tam', 'semester'),
]) }}
