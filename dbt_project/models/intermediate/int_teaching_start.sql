-- When a person began to teach: the first teaching post in the registry, or the first day of the labour record where that is earlier.
select
    n.person_id,
    least(min(p.starts_on), min(n.teaching_since)) as began_on,
    -- Who was a teacher before the registry saw it would pass for a beginner.
    min(n.teaching_since) is not null or coalesce(max(case when e.is_proved then 1 else 0 end) = 1, false) as is_proved
from {{ ref('int_career_post') }} as p
inner join {{ ref('int_person') }} as n on p.person_no = n.person_no
left join {{ ref('int_cohort_entry') }} as e on p.person_no = e.member_no
group by n.person_id
