-- Ease and usefulness, and the mean of the two of who has told both: each counts the same, however many items it has.
with part as (
    select
        s.*,
        coalesce(w.weight, cast(1 as double)) as weight
    from {{ ref('fct_survey_subscale_score') }} as s
    left join {{ ref('survey_weight') }} as w
        on s.instrument = w.instrument and s.wave = w.wave and s.institution_id = w.institution_id and s.role = w.role
    where s.instrument = 'tam' and s.subscale in ('ease', 'usefulness') and s.score_status = 'ok'
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
),

square as (
    {{ item_squares('tam', 'semester') }}
)

{{ indicator([
    weighted_mean_of('respondent', 'score', 'weight', by='both'),
    weighted_mean_of('ease', 'score', 'weight', by='both', measure='ease'),
    weighted_mean_of('usefulness', 'score', 'weight', by='both', measure='usefulness'),
    mean_of('respondent', 'score', by='both', measure='plain'),
    response_rate('tam', 'semester'),
    alpha_of('square'),
    omega_of('square'),
]) }}
