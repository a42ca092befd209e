with respondent as (
    select * from {{ respondents('tam', 'semester') }} as r
),

ease as (
    select * from {{ respondents('tam', 'semester', 'ease') }} as r
),

usefulness as (
    select * from {{ respondents('tam', 'semester', 'usefulness') }} as r
)

{{ indicator([
    weighted_mean_of('respondent', 'score', 'weight', by='both'),
    weighted_mean_of('ease', 'score', 'weight', by='both', measure='ease'),
    weighted_mean_of('usefulness', 'score', 'weight', by='both', measure='usefulness'),
    mean_of('respondent', 'score', by='both', measure='plain'),
    response_rate('tam', 'semester'),
    alpha_of('tam', 'semester'),
]) }}
