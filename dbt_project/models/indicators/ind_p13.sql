with answer as (
    select * from {{ ref('fct_survey_score') }}
    where instrument in ('school_satisfaction', 'student_satisfaction') and score is not null
),

told as (
    select * from {{ by_respondent('answer', 'score', 'semester') }} as a
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
    mean_of('told', 'mean_value', unit='respondent_id', by='both'),
    mean_of('school', 'mean_value', unit='respondent_id', by='both', measure='schools'),
    mean_of('practicant', 'mean_value', unit='respondent_id', by='both', measure='practicants'),
]) }}
