-- Answers to the weekly questions over the practicants of the weeks in which they were asked. Who answers is not known by name, so that
-- weeks and not people are divided; who is at two schools in a week is one practicant of it. Who asks for help answers the question of it
-- above the middle of its scale.
with answer as (
    select * from {{ ref('fct_survey_score') }}
    where instrument = 'weekly_practicum'
),

-- Whose answer it is, and the day on which the questions were over: that of the wave, or its own where no wave is on file.
answered as (
    select
        a.institution_id,
        a.cluster_id,
        concat_ws('|', 'answer', a.wave, a.respondent_id) as unit,
        {{ week_start('coalesce(w.closed_on, a.answered_on)') }} as week_starts_on
    from answer as a
    left join {{ ref('int_survey_waves__accepted') }} as w on a.instrument = w.instrument and a.wave = w.wave
),

asked as (
    select {{ week_start('closed_on') }} as week_starts_on from {{ ref('int_survey_waves__accepted') }}
    where instrument = 'weekly_practicum'
    union
    select week_starts_on from answered
),

placed as (
    select
        f.institution_id,
        f.cluster_id,
        w.*,
        concat_ws('|', 'week', f.student_id, cast(w.week_starts_on as {{ dbt.type_string() }})) as unit
    from {{ ref('fct_practicum') }} as f
    inner join {{ ref('int_school_week') }} as w on w.middle_on between f.starts_on and f.ends_on
    inner join asked as k on w.week_starts_on = k.week_starts_on
),

running as (
    select distinct
        institution_id,
        week_starts_on
    from placed
),

-- Both are of the periods of the week's Wednesday, so that a week which begins in one month and ends in the next is not divided by another.
-- An answer from where nobody is in practicum that week is divided by none.
told as (
    select
        a.institution_id,
        a.cluster_id,
        w.*,
        a.unit,
        1 as answers_n,
        0 as weeks_n
    from answered as a
    inner join {{ ref('int_school_week') }} as w on a.week_starts_on = w.week_starts_on
    left join running as r on a.institution_id = r.institution_id and a.week_starts_on = r.week_starts_on
    where a.institution_id is null or r.institution_id is not null
    union all
    select
        *,
        0 as answers_n,
        1 as weeks_n
    from placed
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
    ratio_of('told', 'answers_n', 'weeks_n', kind='month', unit='unit', by='both'),
    mean_of('practicant', 'is_asking', unit='respondent_id', by='both', measure='help'),
]) }}
