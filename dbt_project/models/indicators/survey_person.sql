with whole as (
    select * from {{ ref('survey_score') }}
    where subscale = '_total'
)

{{ by_respondent('whole', ['score', 'weight', 'threshold', 'low_third'], 'month') }}
