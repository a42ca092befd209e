-- People of the cohorts, and those who never came, with the values on t0 that split a cohort. What is missing is unknown.
with study as (
    select
        coalesce(l.person_id, t.person_id) as person_id,
        t.institution_id,
        t.programme_code,
        t.start_date,
        t.end_date,
        {{ is_pedagogical_code('t.level', 't.programme_code') }} as has_pedagogical_code
    from {{ ref('int_studies__accepted') }} as t
    left join {{ ref('int_person_link') }} as l on t.person_id = l.local_id
    where t.status = 'graduated' and t.level not in ('school', 'other')
),

-- Few codes say what a programme is; a teaching diploma that the person was given there at that time says it too.
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
        row_number() over (partition by e.member_no order by s.end_date desc, s.institution_id asc, s.programme_code asc) as choice
    from {{ ref('int_cohort_entry') }} as e
    inner join pedagogical as s on e.person_id = s.person_id and e.t0_on > s.end_date
),

networked as (
    select
        person_id,
        {{ joined("concat(cluster_id, ':', cluster_role)", ';', 'cluster_id, cluster_role') }} as network_set
    from {{ ref('int_entry_network') }}
    group by person_id
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
    coalesce(e.sex, 'unknown') as sex,
    case when e.is_proved then 'proved' else 'unproved' end as first_post,
    case when n.network_set is null then 'false' else 'true' end as in_network_at_entry
from {{ ref('int_cohort_entry') }} as e
left join graduated as g on e.person_id = g.person_id and g.choice = 1
left join networked as n on e.person_id = n.person_id
where e.entry_status in ('member', 'never_started')
