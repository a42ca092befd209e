-- People of the cohorts, and those who never came, with the values on t0 that split a cohort. What is missing is unknown.
with study as (
    select
        coalesce(l.person_id, t.person_id) as person_id,
        t.institution_id,
        t.programme_code,
        t.start_date,
        t.end_date,
        coalesce(p.pedagogical, {{ is_pedagogical_code('t.level', 't.programme_code') }}) as has_pedagogical_code
    from {{ ref('int_studies__accepted') }} as t
    left join {{ ref('int_programmes__accepted') }} as p on t.programme_code = p.programme_code and t.institution_id = p.institution_id
    left join {{ ref('int_person_link') }} as l on t.person_id = l.local_id
    where t.status = 'graduated' and t.level not in ('school', 'other')
),

-- What the institution says of its programme holds before the field in the code; a teaching diploma that the person was given there
-- at that time says it too.
pedagogical as (
    select
        s.person_id,
        s.institution_id,
        s.programme_code,
        s.end_date
    from study as s
    left join {{ ref('int_teaching_diploma') }} as d
        on
            s.person_id = d.person_id
            and s.institution_id = d.institution_id
            and s.start_date <= d.awarded_on
            and {{ add_months('s.end_date', 12) }} >= d.awarded_on
    where s.has_pedagogical_code or d.person_id is not null
),

graduated as (
    select
        e.person_id,
        s.institution_id,
        s.programme_code,
        row_number() over (partition by e.member_no order by s.end_date desc, s.institution_id asc, s.programme_code asc) as choice
    from {{ ref('int_cohort_entry') }} as e
    inner join pedagogical as s on e.person_id = s.person_id and e.t0_on > s.end_date
),

networked as (
    {{ network_sets(ref('int_entry_network'), ['member_no']) }}
),

-- What begins after the first day is told on a landmark, among those who still hold the post: otherwise those who stayed would by
-- definition be those who had it.
landmark as (
    select
        e.member_no,
        {{ add_days('e.t0_on', var('landmark_days')) }} as landmark_on,
        max(p.held_through_on) as held_through_on,
        {{ any_row('p.is_open') }} as is_open
    from {{ ref('int_cohort_entry') }} as e
    inner join {{ ref('int_career_post') }} as p
        on
            e.member_no = p.person_no
            and e.institution_id = p.institution_id
            and {{ add_days('e.t0_on', var('landmark_days')) }} >= p.starts_on
    group by e.member_no, e.t0_on
),

mentored as (
    select distinct e.member_no
    from {{ ref('int_cohort_entry') }} as e
    inner join {{ linked('mentoring_pairs', ['mentee_id']) }} as p
        on
            e.person_id = p.mentee_id
            and {{ add_days('e.t0_on', var('landmark_days')) }} >= p.starts_on
            and (p.ends_on is null or e.t0_on <= p.ends_on)
    where p.starts_on <= {{ as_of() }}
),

-- Where no pair was ever reported, none means nothing.
reporting as (
    select distinct institution_id
    from {{ ref('int_mentoring_pairs__accepted') }}
)

select
    e.member_no,
    e.person_id,
    e.cohort_start_year,
    e.institution_id,
    coalesce(n.network_set, '') as network_set,
    e.t0_on,
    e.entry_status = 'never_started' as is_never_started,
    e.is_local,
    e.is_proved,
    coalesce(e.subject, 'unknown') as subject,
    coalesce(g.institution_id, 'unknown') as preparing_institution,
    case when g.institution_id is null then 'unknown' else concat(g.institution_id, '/', g.programme_code) end as preparing_programme,
    coalesce(e.sex, 'unknown') as sex,
    case when e.is_proved then 'proved' else 'unproved' end as first_post,
    case when n.network_set is null then 'false' else 'true' end as in_network_at_entry,
    case
        when a.member_no is null or a.landmark_on > {{ as_of() }} then 'unknown'
        when a.held_through_on < a.landmark_on then case when a.is_open then 'unknown' else 'left_before' end
        when t.member_no is not null then 'true'
        when r.institution_id is not null then 'false'
        else 'unknown'
    end as had_mentor,
    coalesce(d.disadvantage_quartile, 'unknown') as disadvantage_quartile
from {{ ref('int_cohort_entry') }} as e
left join graduated as g on e.person_id = g.person_id and g.choice = 1
left join networked as n on e.member_no = n.member_no
left join landmark as a on e.member_no = a.member_no
left join mentored as t on e.member_no = t.member_no
left join reporting as r on e.institution_id = r.institution_id
left join {{ ref('int_disadvantage') }} as d on e.institution_id = d.institution_id and e.cohort_start_year = d.start_year
where e.entry_status in ('member', 'never_started')
