with respondent as (
    select * from {{ respondents('pulse', 'month') }} as r
)

{{ indicator([
    weighted_mean_of('respondent', 'score', 'weight', by='both'),
    mean_of('respondent', 'score', by='both', measure='plain'),
    share_of('respondent', 'score <= low_third', by='both', measure='negative'),
    response_rate('pulse', 'month'),
]) }}
