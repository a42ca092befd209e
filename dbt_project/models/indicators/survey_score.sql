-- Scores on the scale of the whole questionnaire, which its row _total holds: of a test of four tasks of 5 points its 20 points, not the
-- mean of the tasks.
with scale as (
    select
        instrument,
        cast(avg(case when item <> '_total' then scale_min end) as double) as item_low,
        cast(avg(case when item <> '_total' then scale_max end) as double) as item_high,
        cast(max(case when item = '_total' then scale_min end) as double) as low,
        cast(max(case when item = '_total' then scale_max end) as double) as high,
        cast(max(case when item = '_total' then threshold end) as double) as threshold
    from {{ ref('int_survey_instruments__accepted') }}
    group by instrument
)

select
    t.instrument,
    t.wave,
    t.respondent_id,
    t.phase,
    t.institution_id,
    t.cluster_id,
    t.role,
    t.school_year,
    t.semester,
    t.quarter,
    t.month,
    t.answered_on,
    case
        when s.high is not null
            then s.low + (t.score - s.item_low) * (s.high - s.low) / (s.item_high - s.item_low)
        else t.score
    end as score,
    coalesce(w.weight, cast(1 as double)) as weight,
    s.threshold,
    -- Where the lower third of the scale ends.
    coalesce(s.low, s.item_low) + (coalesce(s.high, s.item_high) - coalesce(s.low, s.item_low)) / 3 as low_third
from {{ ref('fct_survey_score') }} as t
inner join scale as s on t.instrument = s.instrument
left join {{ ref('survey_weight') }} as w
    on t.instrument = w.instrument and t.wave = w.wave and t.institution_id = w.institution_id and t.role = w.role
where t.score_status = 'ok'
