with answer as (
    select * from {{ ref('fct_survey_score') }}
    where instrument in ('school_satisfaction', 'student_satisfaction') and score is not null
),

told as (
    {{ by_respondent('answer', ['score'], 'semester') }}
),

school as (
    select * from told
    where instrument = 'school_satisfaction'
),

practicant as (
    select * from told
    where instrument = 'student_satisfaction'
)

{{ indicator([
    mean_of('told', 'score', unit='respondent_id', by='both'),
    mean_of('school', 'score', unit='respondent_id', by='both', measure='schools'),
    mean_of('practicant', 'score', unit='respondent_id', by='both', measure='practicants'),
]) }}
