-- Whom a sender of a region may not speak for: institutions of a region that lies elsewhere. It is asked before the newest
-- version of a row is chosen, or the word of a stranger would put the rightful sender's out.
--
-- Only a region whose every parent is known counts, as only such regions load; where two feeds tell of an institution, the
-- newest region holds.
with recursive rooted as (
    select
        region_code,
        concat('/', region_code, '/') as path
    from {{ ref('stg_regions') }}
    where parent_code is null

    union all

    select
        r.region_code,
        concat(w.path, r.region_code, '/') as path
    from rooted as w
    inner join {{ ref('stg_regions') }} as r on w.region_code = r.parent_code
),

placed as (
    select
        i.institution_id,
        w.path,
        row_number() over (
            partition by i.institution_id
            order by i._delivery_no desc, i._source_feed desc, i._parse desc, i._row desc, i._item desc
        ) as choice
    from {{ ref('stg_institutions') }} as i
    inner join rooted as w on i.region_code = w.region_code
)

select
    s.sender,
    p.institution_id
from {{ source('log', 'senders') }} as s
cross join placed as p
where
    s.region_code is not null
    and p.choice = 1
    and {{ dbt.position("concat('/', s.region_code, '/')", 'p.path') }} = 0
