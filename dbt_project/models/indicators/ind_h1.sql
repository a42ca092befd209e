-- Load of psychologists over pupils, of the schools of which both the staff with their loads and the pupils are told.
with pupil as (
    select
        s.institution_id,
        s.period_kind,
        s.period,
        s.psychologists_fte,
        count(*) as pupils_n
    from {{ ref('indicator_psychology') }} as s
    inner join {{ ref('fct_enrolment') }} as e on s.institution_id = e.institution_id and s.school_year = e.school_year
    where coalesce(e.left_on > s.counted_on, true)
    group by s.institution_id, s.period_kind, s.period, s.psychologists_fte
)

{{ indicator([ratio_of('pupil', 'psychologists_fte', 'pupils_n', times=1000)]) }}
