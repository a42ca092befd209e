-- A registry that starts late shows only those who stayed. Where its sender does not say from when on it is complete, a cohort
-- in which nobody at all left within a year gives it away.
select
    m.cohort_start_year,
    cast(count(*) as bigint) as followed_n
from {{ ref('int_cohort_entry') }} as m
inner join {{ ref('int_retention_exposure') }} as e on m.member_no = e.member_no
where
    not m.has_registry_start
    and e.level = 'workplace'
    and (e.last_month >= 12 or e.is_exit)
group by m.cohort_start_year
having count(*) >= 30 and count(case when e.is_exit and e.last_month <= 12 then 1 end) = 0
