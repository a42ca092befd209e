-- A city that lies in no oblast stands beside the oblasts, so it is its own; whether a place is urban is told by the nearest
-- region that says so.
with above as (
    select
        p.region_code,
        p.ancestor_code,
        p.steps_n,
        r.level,
        r.urban_rural,
        row_number() over (
            partition by p.region_code
            order by
                case when r.level = 'oblast' then 0 when r.level = 'country' then 2 else 1 end asc,
                p.steps_n desc,
                p.ancestor_code asc
        ) as oblast_choice,
        row_number() over (
            partition by p.region_code
            order by case when r.urban_rural is null then 1 else 0 end, p.steps_n, p.ancestor_code
        ) as urban_choice
    from {{ ref('int_region_path') }} as p
    inner join {{ ref('int_regions__accepted') }} as r on p.ancestor_code = r.region_code
)

select
    region_code,
    {{ joined('ancestor_code', '/', 'steps_n desc') }} as region_path,
    cast(max(steps_n) as int) as ancestors_n,
    max(case when oblast_choice = 1 and level <> 'country' then ancestor_code end) as oblast_code,
    max(case when urban_choice = 1 then urban_rural end) as urban_rural
from above
group by region_code
