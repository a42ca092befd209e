-- Texts with a known author, and who had each first, wherever that was. What is too short to say anything is no text here.
with written as (
    select
        'practicum_journal' as feed,
        entry_id as record_id,
        author_id,
        institution_id,
        cluster_id,
        text_hash,
        text_len_n,
        entry_on as used_on,
        school_year,
        semester,
        quarter
    from {{ ref('fct_practicum_journal') }}
    union all
    select
        'lesson_analyses' as feed,
        protocol_id as record_id,
        observer_id as author_id,
        institution_id,
        cast(null as {{ dbt.type_string() }}) as cluster_id,
        text_hash,
        text_len_n,
        lesson_on as used_on,
        school_year,
        semester,
        quarter
    from {{ ref('fct_lesson_analysis') }}
    union all
    select
        'mentoring_meetings' as feed,
        meeting_id as record_id,
        mentor_id as author_id,
        institution_id,
        cast(null as {{ dbt.type_string() }}) as cluster_id,
        text_hash,
        text_len_n,
        met_on as used_on,
        school_year,
        semester,
        quarter
    from {{ ref('fct_mentoring_meeting') }}
),

numbered as (
    select
        *,
        row_number() over (order by used_on, feed, record_id) as text_no
    from written
    where
        text_hash is not null
        and author_id is not null
        and text_len_n >= {{ var('empty_protocol_chars') }}
)

select
    *,
    min(text_no) over (partition by text_hash) as first_no
from numbered
