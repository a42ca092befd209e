-- Protocols that say nothing: of analysed lessons, of meetings with mentors, of cycles of lesson study.
with series as (
    {{ cluster_series(share_of(ref('formalism_protocol'), 'is_protocol_empty', kind='quarter'), 'quarter') }}
),

judged as (
    {{ rising_twice('series') }}
)

{{ period_alerts('judged') }}
