-- From which day on a class is known to have been taught by whom in a subject, and for long enough. That an assignment has ended since
-- undoes nothing.
with assigned as (
    select
        f.institution_id,
        cast(substr(f.school_year, 1, 4) as int) as start_year,
        f.class_code,
        f.subject,
        f.role,
        f.person_id,
        coalesce(f.starts_on, {{ school_year_start('f.school_year') }}) as starts_on,
        f.ends_on
    from {{ linked('teaching_assignments', ['person_id']) }} as f
),

judged as (
    select
        a.*,
        case
            when coalesce({{ days_between('a.starts_on', 'a.ends_on') }} >= {{ var('exposure_days') }}, true)
                then {{ add_days('a.starts_on', var('exposure_days')) }}
        end as enough_on,
        case
            when a.role <> 'main' then null
            when a.starts_on >= {{ add_months('s.began_on', var('young_months')) }} then 'experienced'
            when s.is_proved then 'young'
            else 'unknown'
        end as main_kind
    from assigned as a
    left join {{ ref('int_teaching_start') }} as s on a.person_id = s.person_id
    where a.starts_on <= {{ as_of() }}
)

select
    institution_id,
    start_year,
    class_code,
    subject,
    min(starts_on) as known_from_on,
    min(case when role = 'practicant' then starts_on end) as practicant_from_on,
    min(case when role = 'practicant' then enough_on end) as practicant_enough_on,
    min(case when main_kind = 'young' then starts_on end) as young_main_from_on,
    min(case when main_kind = 'young' then enough_on end) as young_main_enough_on,
    min(case when main_kind = 'experienced' then starts_on end) as experienced_main_from_on,
    min(case when main_kind = 'unknown' then starts_on end) as unknown_main_from_on
from judged
group by institution_id, start_year, class_code, subject
