with answer as (
    select * from {{ ref('fct_survey_score') }}
    where instrument = 'mentor_satisfaction' and score is not null
),

mentor as (
    {{ by_respondent('answer', ['score'], 'semester') }}
)

{{ indicator([share_of('mentor', 'score >= ' ~ var('satisfied_score'), unit='respondent_id', by='both')]) }}
