-- A list about an institution outside its sender's region confirms nothing there, as its rows do not load there.
select
    l.institution_id,
    cast(max(least(l.as_of_on, {{ as_of() }})) as date) as listed_on
from {{ ref('stg_listed_institution') }} as l
inner join {{ ref('int_institutions__accepted') }} as i on l.institution_id = i.institution_id
left join {{ ref('stg_foreign_institution') }} as x on l.sender = x.sender and l.institution_id = x.institution_id
where x.sender is null
group by l.institution_id
