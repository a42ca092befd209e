-- Who was to send a staff list: active institutions that a sender of such lists names, or that lie in the region it speaks
-- for. A sender with neither names nobody.
with named as (
    select distinct {{ items_of('institutions') }} as institution_id
    from {{ source('log', 'senders') }}
    where {{ holds('feeds', "'staff_employment'") }}
),

staffed as (
    select
        institution_id,
        region_code
    from {{ ref('int_institutions__accepted') }}
    where
        status = 'active'
        and kind in ('school', 'small_school', 'college', 'university', 'kindergarten')
        and (opened_on is null or opened_on <= {{ as_of() }})
        and (closed_on is null or closed_on > {{ as_of() }})
),

expected as (
    select distinct
        s.institution_id,
        s.region_code
    from staffed as s
    left join named as n on s.institution_id = n.institution_id
    left join {{ ref('int_region_path') }} as p on s.region_code = p.region_code
    left join {{ source('log', 'senders') }} as w
        on p.ancestor_code = w.region_code and {{ holds('w.feeds', "'staff_employment'") }}
    where n.institution_id is not null or w.sender is not null
),

oblast as (
    select
        p.region_code,
        min(p.ancestor_code) as oblast_code
    from {{ ref('int_region_path') }} as p
    inner join {{ ref('int_regions__accepted') }} as r on p.ancestor_code = r.region_code
    where r.level = 'oblast'
    group by p.region_code
)

select
    e.institution_id,
    coalesce(o.oblast_code, 'unknown') as oblast_code
from expected as e
left join oblast as o on e.region_code = o.region_code
