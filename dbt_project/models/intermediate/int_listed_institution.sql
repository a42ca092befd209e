-- A list about an institution outside its sender's region confirms nothing there, as its rows do not load there.
select
    l.institution_id,
    cast(max(least(l.as_of_on, {{ as_of() }})) as date) as listed_on
from {{ ref('stg_listed_institution') }} as l
left join {{ ref('int_sender') }} as s on l.sender = s.sender
inner join {{ ref('int_institutions__accepted') }} as i on l.institution_id = i.institution_id
left join {{ ref('int_region_path') }} as p on i.region_code = p.region_code and s.region_code = p.ancestor_code
where s.region_code is null or i.region_code is null or p.region_code is not null
group by l.institution_id
