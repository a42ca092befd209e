-- Answers of students and of employers to the questionnaires that ask whether they are content, both on a scale from 1 to 5. Of several
-- waves of a school year a respondent's last answer counts.
with answered as (
    select
        *,
        row_number() over (
            partition by instrument, respondent_id, school_year order by answered_on desc, wave desc
        ) as choice
    from {{ ref('fct_survey_score') }}
    where instrument in ('student_satisfaction', 'employer_satisfaction') and score_status = 'ok'
),

respondent as (
    select * from answered
    where choice = 1
)

{{ indicator([
    mean_of('respondent', 'score', kind='school_year', by='both'),
    mean_of("(select * from respondent where instrument = 'student_satisfaction')", 'score', kind='school_year', by='both', measure='students'),
    mean_of("(select * from respondent where instrument = 'employer_satisfaction')", 'score', kind='school_year', by='both', measure='employers'),
]) }}
