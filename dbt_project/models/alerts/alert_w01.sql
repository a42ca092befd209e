-- Who comes to the seminars of the professional community, of those invited.
with invited as (
    select * from {{ ref('fct_event_attendance') }}
    where is_held and is_invited and event_kind in ('plc_seminar', 'interschool_session')
),

judged as (
    select
        *,
        value < {{ threshold('W01') }} as is_bad,
        value >= {{ threshold('W01') }} + {{ margin('W01') }} as is_clear,
        n < {{ var('alert_base_n') }} as is_watch
    from {{ cluster_figures(share_of('invited', 'is_attended', kind='quarter', by='cluster'), 'quarter') }} as told
)

{{ period_alerts('judged') }}
