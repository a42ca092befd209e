-- The mean of technostress, wave by wave, of enough people not to tell of one of them.
with scored as (
    select * from {{ ref('fct_survey_score') }}
    where instrument = 'technostress' and score_status = 'ok'
),

judged as (
    select
        *,
        value > {{ threshold('W07') }} as is_bad,
        value <= {{ threshold('W07') }} - {{ margin('W07') }} as is_clear,
        n < {{ var('alert_base_n') }} as is_watch
    from {{ cluster_figures(mean_of('scored', 'score', kind='quarter', by='both'), 'quarter') }} as told
    where n >= {{ minimum_n('psychology') }}
)

{{ period_alerts('judged') }}
