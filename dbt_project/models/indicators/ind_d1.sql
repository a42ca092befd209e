-- Gain of those who were tested before and after; and those who pass, of all who were tested but before a course.
with pair as (
    select
        *,
        score - score_before as gain
    from {{ ref('survey_pair') }}
    where instrument = 'ict_test'
),

tested as (
    select * from {{ ref('survey_score') }}
    where instrument = 'ict_test' and threshold is not null and coalesce(phase <> 'pre', true)
),

person as (
    {{ by_respondent('pair', ['gain'], 'semester') }}
),

result as (
    {{ by_respondent('tested', ['score', 'threshold'], 'semester') }}
)

{{ indicator([
    mean_of('person', 'gain', by='both'),
    share_of('result', 'score >= threshold', by='both', measure='passed'),
]) }}
