-- Protocols that say nothing: of analysed lessons, of meetings with mentors, of cycles of lesson study.
with protocol as (
    select
        institution_id,
        quarter,
        semester,
        school_year,
        is_protocol_empty
    from {{ ref('fct_lesson_analysis') }}
    union all
    select
        institution_id,
        quarter,
        semester,
        school_year,
        is_protocol_empty
    from {{ ref('fct_mentoring_meeting') }}
    union all
    select
        institution_id,
        quarter,
        semester,
        school_year,
        is_protocol_empty
    from {{ ref('fct_lesson_study_cycle') }}
),

series as (
    {{ cluster_series(share_of('protocol', 'is_protocol_empty', kind='quarter'), 'quarter') }}
),

judged as (
    {{ rising_twice('series') }}
)

{{ period_alerts('judged') }}
