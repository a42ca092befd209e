-- People of the cohorts, and those who never came, with the values on t0 that split a cohort. What is missing is unknown.
with networked as (
    {{ network_sets(ref('int_entry_network'), ['member_no']) }}
),

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
    inner join {{ ref('int_mentored') }} as p on e.member_no = p.person_no and {{ is_mentored('p', 'e.t0_on') }}
),

reporting as (
    {{ reporting_mentors() }}
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
    coalesce(g.preparing_institution, 'unknown') as preparing_institution,
    coalesce(g.preparing_programme, 'unknown') as preparing_programme,
    coalesce(e.sex, 'unknown') as sex,
    case when e.is_proved then 'proved' else 'unproved' end as first_post,
    case when n.network_set is null then 'false' else 'true' end as in_network_at_entry,
    {{ mentor_code('a.landmark_on', 'a.held_through_on', 'a.is_open', 't.member_no', 'r.reports_from_on') }} as had_mentor,
    coalesce(d.disadvantage_quartile, 'unknown') as disadvantage_quartile
from {{ ref('int_cohort_entry') }} as e
left join {{ ref('int_teaching_graduation') }} as g on e.member_no = g.person_no and {{ is_latest('g', 'e.t0_on') }}
left join networked as n on e.member_no = n.member_no
left join landmark as a on e.member_no = a.member_no
left join mentored as t on e.member_no = t.member_no
left join reporting as r on e.institution_id = r.institution_id
left join {{ ref('int_disadvantage') }} as d on e.institution_id = d.institution_id and e.cohort_start_year = d.start_year
where e.entry_status in ('member', 'never_started')
