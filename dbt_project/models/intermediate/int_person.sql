-- A number is carried through the large tables in place of the pseudonym, which is four times as wide.
-- Deliveries that disagree on sex or birth year leave it unknown. Of the first teaching days on record the earliest holds:
-- it is the one that can show a veteran.
select
    cast(row_number() over (order by coalesce(l.person_id, s.person_id)) as int) as person_no,
    coalesce(l.person_id, s.person_id) as person_id,
    cast(max(case when s.person_is_local and l.person_id is null then 1 else 0 end) as int) = 1 as is_local,
    cast(case when min(s.birth_year) = max(s.birth_year) then min(s.birth_year) end as int) as birth_year,
    case when min(s.sex) = max(s.sex) then min(s.sex) end as sex,
    min(s.teaching_since) as teaching_since
from {{ ref('int_staff_employment__accepted') }} as s
left join {{ ref('int_person_link') }} as l on s.person_id = l.local_id
where s.start_date <= {{ as_of() }}
group by coalesce(l.person_id, s.person_id)
