-- Teachers in post who are in their first year of teaching, and of them those who have a mentor on the day on which they are counted. Whose
-- first post is not proved to be the first may be no beginner and is left out.
with young as (
    select
        t.institution_id,
        t.period_kind,
        t.period,
        t.person_no,
        coalesce(m.starts_on <= t.counted_on and coalesce(m.ends_on >= t.counted_on, true), false) as has_mentor
    from {{ teachers_in_post('quarter') }} as t
    inner join {{ ref('int_person') }} as n on t.person_no = n.person_no
    inner join {{ ref('int_teaching_start') }} as s on n.person_id = s.person_id
    left join {{ ref('int_mentored') }} as m on t.person_no = m.person_no
    where s.is_proved and t.counted_on < {{ add_months('s.began_on', var('first_year_months')) }}
)

{{ indicator([share_of('young', 'has_mentor', unit='person_no')]) }}
