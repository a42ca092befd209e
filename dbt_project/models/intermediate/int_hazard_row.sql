-- Who was at risk of leaving, as the regression of leaving reads it: people alike in all that it knows are one row. Only who is
-- seen through a first whole month is ever at risk.
select
    e.level,
    e.cohort_start_year,
    m.institution_id,
    e.last_month,
    e.is_exit,
    m.in_network_at_entry,
    p.urban_rural,
    p.school_kind,
    m.sex,
    m.first_post,
    cast(count(*) as bigint) as people_n
from {{ ref('int_retention_exposure') }} as e
inner join {{ ref('int_retention_member') }} as m on e.member_no = m.member_no
inner join {{ ref('int_place') }} as p on m.institution_id = p.institution_id
where e.last_month >= 1
group by
    e.level,
    e.cohort_start_year,
    m.institution_id,
    e.last_month,
    e.is_exit,
    m.in_network_at_entry,
    p.urban_rural,
    p.school_kind,
    m.sex,
    m.first_post
