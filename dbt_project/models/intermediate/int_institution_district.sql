-- The district an institution lies in; where it lies in none, the city, the one that stands highest: an oblast's districts and its
-- cities are beside each other. A city that lies in no oblast and tells no districts is one.
with above as (
    select
        i.institution_id,
        p.ancestor_code,
        row_number() over (
            partition by i.institution_id
            order by case when r.level = 'district' then 0 else 1 end asc, p.steps_n desc, p.ancestor_code asc
        ) as choice
    from {{ ref('int_institutions__accepted') }} as i
    inner join {{ ref('int_region_path') }} as p on i.region_code = p.region_code
    inner join {{ ref('int_regions__accepted') }} as r on p.ancestor_code = r.region_code
    where r.level in ('district', 'city')
)

select
    institution_id,
    ancestor_code as district_code
from above
where choice = 1
