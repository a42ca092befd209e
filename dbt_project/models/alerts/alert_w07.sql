-- The mean of technostress, quarter by quarter, as indicator D2 has it, of enough people not to tell of one of them.
with respondent as (
    select * from {{ respondents('technostress', 'quarter') }} as r
),

judged as (
    select
        *,
        value > {{ threshold('W07') }} as is_bad,
        value <= {{ threshold('W07') }} - {{ margin('W07') }} as is_clear,
        n < {{ var('alert_base_n') }} as is_watch
    from {{ cluster_figures(mean_of('respondent', 'score', by='both'), 'quarter') }} as told
    where n >= {{ minimum_n('psychology') }}
)

{{ period_alerts('judged') }}
