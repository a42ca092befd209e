-- Every region with each region it lies in, itself included. The tree is at most five levels deep, so the walk ends.
with recursive walk as (
    select
        region_code,
        region_code as ancestor_code,
        parent_code,
        cast(0 as int) as steps_n
    from {{ ref('int_regions__accepted') }}

    union all

    select
        w.region_code,
        r.region_code as ancestor_code,
        r.parent_code,
        cast(w.steps_n + 1 as int) as steps_n
    from walk as w
    inner join {{ ref('int_regions__accepted') }} as r on w.parent_code = r.region_code
    where w.steps_n < 10
)

select distinct
    region_code,
    ancestor_code,
    steps_n
from walk
