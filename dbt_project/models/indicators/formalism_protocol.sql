-- Protocols of analysed lessons, of meetings with mentors and of cycles of lesson study, and whether they say anything.
{{ config(materialized='view') }}
select
    'lesson_analyses' as feed,
    protocol_id as record_id,
    institution_id,
    observer_id as author_id,
    lesson_on as written_on,
    school_year,
    semester,
    quarter,
    is_protocol_empty
from {{ ref('fct_lesson_analysis') }}
union all
select
    'mentoring_meetings' as feed,
    meeting_id as record_id,
    institution_id,
    mentor_id as author_id,
    met_on as written_on,
    school_year,
    semester,
    quarter,
    is_protocol_empty
from {{ ref('fct_mentoring_meeting') }}
union all
select
    'lesson_study_cycles' as feed,
    cycle_id as record_id,
    institution_id,
    cast(null as {{ dbt.type_string() }}) as author_id,
    started_on as written_on,
    school_year,
    semester,
    quarter,
    is_protocol_empty
from {{ ref('fct_lesson_study_cycle') }}
