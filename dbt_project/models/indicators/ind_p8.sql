-- Students of final placements whom the school took on, in the school year in which the months to do so are over. What the registry cannot
-- tell, because the school's list does not reach that day or the student has no id it knows, the sender of the placement tells.
with finished as (
    select
        f.placement_id,
        f.student_id,
        f.institution_id,
        f.cluster_id,
        f.starts_on,
        f.is_hired_by_school,
        {{ add_months('f.ends_on', var('hired_months')) }} as judged_on,
        coalesce(a.person_is_local, false) and a.student_id = f.student_id as is_local
    from {{ ref('fct_practicum') }} as f
    inner join {{ ref('int_practicum_placements__accepted') }} as a on f.placement_id = a.placement_id
    where f.kind = 'final'
),

hired as (
    select distinct f.placement_id
    from finished as f
    inner join {{ ref('int_person') }} as n on f.student_id = n.person_id
    inner join {{ ref('int_career_post') }} as p
        on n.person_no = p.person_no and f.institution_id = p.institution_id and p.starts_on between f.starts_on and f.judged_on
),

told as (
    select
        f.institution_id,
        f.cluster_id,
        f.student_id,
        {{ periods('f.judged_on') }},
        case
            when h.placement_id is not null then true
            when i.confirmed_through_on >= f.judged_on and not f.is_local then false
            else f.is_hired_by_school
        end as is_hired
    from finished as f
    left join hired as h on f.placement_id = h.placement_id
    left join {{ ref('int_institution_confirmed') }} as i on f.institution_id = i.institution_id
    {{ join_term('f.judged_on') }}
    where f.judged_on <= {{ as_of() }}
),

known as (
    select * from told
    where is_hired is not null
)

{{ indicator([share_of('known', 'is_hired', kind='school_year', unit='student_id', by='both')]) }}
