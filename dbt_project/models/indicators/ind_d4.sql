-- Ease and usefulness, and the mean of the two of who has told both: each counts the same, however many items it has.
with part as (
    select * from {{ ref('survey_score') }}
    where instrument = 'tam' and subscale in ('ease', 'usefulness')
),

combined as (
    select
        instrument,
        wave,
        respondent_id,
        institution_id,
        cluster_id,
        role,
        school_year,
        semester,
        answered_on,
        max(weight) as weight,
        (max(case when subscale = 'ease' then score end) + max(case when subscale = 'usefulness' then score end)) / 2 as score
    from part
    group by instrument, wave, respondent_id, institution_id, cluster_id, role, school_year, semester, answered_on
    having count(*) = 2
),

respondent as (
    {{ by_respondent('combined', ['score', 'weight'], 'semester') }}
),

person as (
    {{ by_respondent('part', ['score', 'weight'], 'semester', keys=['subscale']) }}
),

ease as (
    select * from person
    where subscale = 'ease'
),

usefulness as (
    select * from person
    where subscale = 'usefulness'
)

{{ indicator([
    weighted_mean_of('respondent', 'score', 'weight', by='both'),
    weighted_mean_of('ease', 'score', 'weight', by='both', measure='ease'),
    weighted_mean_of('usefulness', 'score', 'weight', by='both', measure='usefulness'),
    mean_of('respondent', 'score', by='both', measure='plain'),
    response_rate('tam', 'semester'),
    alpha_of('tam', 'semester'),
    omega_of('tam', 'semester'),
]) }}
