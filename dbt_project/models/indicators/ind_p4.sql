with answer as (
    select * from {{ ref('fct_survey_score') }}
    where instrument = 'mentor_satisfaction' and score is not null
),

mentor as (
    select * from {{ by_respondent('answer', 'score', 'semester') }} as a
)

{{ indicator([share_of('mentor', 'mean_value >= ' ~ var('satisfied_score'), unit='respondent_id', by='both')]) }}
