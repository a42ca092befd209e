-- Protocols that say nothing: of analysed lessons, of meetings with mentors, of cycles of lesson study.
with protocol as (
    {%- for fact in ['fct_lesson_analysis', 'fct_mentoring_meeting', 'fct_lesson_study_cycle'] %}
    select
        institution_id,
        quarter,
        semester,
        school_year,
        is_protocol_empty
    from {{ ref(fact) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

series as (
    {{ cluster_series(share_of('protocol', 'is_protocol_empty', kind='quarter'), 'quarter') }}
),

judged as (
    {{ rising_twice('series') }}
)

{{ period_alerts('judged') }}
