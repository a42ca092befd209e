-- Who enters a cohort, by the first teaching post in the registry, and who does not and why.
with posts as (
    select
        *,
        min(starts_on) over (partition by person_no) as first_start_on
    from {{ ref('int_career_post') }}
),

-- The post that opens the career: of those that start on that day and are of an entry group, the one with the largest load.
opening as (
    select
        p.person_no,
        p.institution_id,
        p.starts_on,
        p.subject,
        p.sender,
        row_number() over (
            partition by p.person_no order by p.load_fte desc nulls last, p.institution_id asc, p.position_group asc
        ) as choice
    from posts as p
    inner join {{ ref('position_groups') }} as g on p.position_group = g.position_group
    where g.is_entry and p.starts_on = p.first_start_on
),

never_came as (
    select
        r.person_no,
        r.institution_id,
        r.starts_on,
        r.subject,
        r.sender,
        row_number() over (
            partition by r.person_no
            order by r.starts_on asc, r.load_fte desc nulls last, r.institution_id asc, r.position asc, r.sender asc
        ) as choice
    from {{ ref('int_career_row') }} as r
    inner join {{ ref('position_groups') }} as g on r.position_group = g.position_group
    left join (select distinct person_no from posts) as p on r.person_no = p.person_no
    where r.is_not_started and g.is_entry and p.person_no is null
),

entered as (
    select
        person_no,
        institution_id,
        starts_on,
        subject,
        sender,
        false as is_never_started
    from opening
    where choice = 1

    union all

    select
        person_no,
        institution_id,
        starts_on,
        subject,
        sender,
        true as is_never_started
    from never_came
    where choice = 1
),

diploma as (
    select
        e.person_no,
        max(d.awarded_on) as awarded_on
    from entered as e
    inner join {{ ref('int_person') }} as n on e.person_no = n.person_no
    inner join {{ ref('int_teaching_diploma') }} as d on n.person_id = d.person_id and e.starts_on >= d.awarded_on
    group by e.person_no
),

judged as (
    select
        e.*,
        n.person_id,
        n.is_local,
        n.sex,
        s.registry_complete_from,
        -- A labour record that begins earlier says that this post is not the first.
        coalesce(n.teaching_since < {{ add_days('e.starts_on', - var('gap_tolerance_days')) }}, false) as is_veteran,
        coalesce(n.teaching_since >= {{ add_days('e.starts_on', - var('gap_tolerance_days')) }}, false)
        or coalesce({{ add_months('s.registry_complete_from', 12 * var('lookback_years')) }} <= e.starts_on, false)
        or coalesce(d.awarded_on >= {{ add_months('e.starts_on', - var('diploma_months')) }}, false)
        or coalesce(year(e.starts_on) - n.birth_year <= {{ var('proving_age_years') }}, false) as is_proved
    from entered as e
    inner join {{ ref('int_person') }} as n on e.person_no = n.person_no
    left join {{ ref('int_sender') }} as s on e.sender = s.sender
    left join diploma as d on e.person_no = d.person_no
)

select
    person_no as member_no,
    person_id,
    institution_id,
    starts_on as t0_on,
    {{ cohort_of('starts_on') }} as cohort_start_year,
    case
        when starts_on < registry_complete_from then 'before_registry'
        when is_veteran then 'not_first_post'
        when is_never_started then 'never_started'
        else 'member'
    end as entry_status,
    registry_complete_from is not null as has_registry_start,
    is_local,
    is_proved,
    sex,
    subject
from judged
