-- Answers to the weekly questions over the practicants of the weeks in which they were asked. Who answers is not known by name, so that
-- weeks and not people are divided. Who asks for help answers the question of it above the middle of its scale.
with answer as (
    select * from {{ ref('fct_survey_score') }}
    where instrument = 'weekly_practicum'
),

asked as (
    select {{ week_start('closed_on') }} as week_starts_on from {{ ref('int_survey_waves__accepted') }}
    where instrument = 'weekly_practicum'
    union
    select {{ week_start('answered_on') }} as week_starts_on from answer
    where phase is null
),

told as (
    select
        institution_id,
        cluster_id,
        school_year,
        semester,
        quarter,
        month,
        1 as answers_n,
        0 as weeks_n
    from answer
    union all
    select
        f.institution_id,
        f.cluster_id,
        w.school_year,
        w.semester,
        w.quarter,
        w.month,
        0 as answers_n,
        1 as weeks_n
    from {{ ref('fct_practicum') }} as f
    inner join {{ ref('int_school_week') }} as w on w.middle_on between f.starts_on and f.ends_on
    inner join asked as k on w.week_starts_on = k.week_starts_on
),

middle as (
    select cast(min(scale_min) + max(scale_max) as double) / 2 as middle_score
    from {{ ref('int_survey_instruments__accepted') }}
    where instrument = 'weekly_practicum' and subscale = 'help'
),

asking as (
    select
        s.*,
        case when s.score > m.middle_score then 1 else 0 end as is_asking
    from {{ ref('fct_survey_subscale_score') }} as s
    cross join middle as m
    where s.instrument = 'weekly_practicum' and s.subscale = 'help' and s.score is not null
),

practicant as (
    {{ by_respondent('asking', ['is_asking'], 'month') }}
)

{{ indicator([
    ratio_of('told', 'answers_n', 'weeks_n', kind='month', by='both'),
    mean_of('practicant', 'is_asking', unit='respondent_id', by='both', measure='help'),
]) }}
