with respondent as (
    select * from {{ respondents('trust', 'quarter') }} as r
),

square as (
    {{ item_squares('trust', 'quarter') }}
)

{{ indicator([
    weighted_mean_of('respondent', 'score', 'weight', by='both'),
    mean_of('respondent', 'score', by='both', measure='plain'),
    response_rate('trust', 'quarter'),
    alpha_of('square'),
    omega_of('square'),
]) }}
