with respondent as (
    select * from {{ respondents('trust', 'quarter') }} as r
)

{{ indicator([
    weighted_mean_of('respondent', 'score', 'weight', by='both'),
    mean_of('respondent', 'score', by='both', measure='plain'),
    response_rate('trust', 'quarter'),
    alpha_of('trust', 'quarter'),
    omega_of('trust', 'quarter'),
]) }}
