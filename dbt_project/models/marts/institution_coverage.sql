-- Who was to send a staff list, and whether one came. Expected are the active institutions that a sender of such lists
-- names, or that lie in the region it speaks for; a sender without either names nobody.
with named as (
    select distinct unnest(institutions) as institution_id
    from {{ source('log', 'senders') }}
    where list_contains(feeds, 'staff_employment')
),

staffed as (
    select
        i.institution_id,
        i.region_code
    from {{ ref('int_institutions__accepted') }} as i
    where
        i.status = 'active'
        and i.kind in ('school', 'small_school', 'college', 'university', 'kindergarten')
        and (i.opened_on is null or i.opened_on <= {{ as_of() }})
        and (i.closed_on is null or i.closed_on > {{ as_of() }})
),

expected as (
    select distinct
        s.institution_id,
        s.region_code
    from staffed as s
    left join named as n on s.institution_id = n.institution_id
    left join {{ ref('int_region_path') }} as p on s.region_code = p.region_code
    left join {{ source('log', 'senders') }} as w
        on p.ancestor_code = w.region_code and list_contains(w.feeds, 'staff_employment')
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
),

heads as (
    select
        institution_id,
        cast(count(*) as bigint) as posts_n,
        cast(
            count(distinct case
                when start_date <= {{ as_of() }} and (end_date is null or end_date > {{ as_of() }}) then person_id
            end) as bigint
        ) as head_n
    from {{ ref('int_staff_employment__accepted') }}
    group by institution_id
)

select
    e.institution_id,
    coalesce(o.oblast_code, 'unknown') as oblast_code,
    coalesce(h.posts_n > 0, false) as is_delivered,
    coalesce(h.head_n, cast(0 as bigint)) as head_n
from expected as e
left join oblast as o on e.region_code = o.region_code
left join heads as h on e.institution_id = h.institution_id
