-- For whom a sender speaks: the institutions it names and their clusters, or, where it names none, all of its region or of the country.
with sender as (
    select
        sender,
        region_code,
        institutions
    from {{ source('log', 'senders') }}
),

named as (
    select
        sender,
        {{ items_of('institutions') }} as institution_id
    from sender
    where institutions is not null
),

spoken_for as (
    select
        s.sender,
        i.institution_id
    from sender as s
    cross join {{ ref('int_institutions__accepted') }} as i
    left join {{ ref('int_region_path') }} as p on i.region_code = p.region_code and s.region_code = p.ancestor_code
    where s.institutions is null and (s.region_code is null or p.region_code is not null)
    union all
    select
        sender,
        institution_id
    from named
)

select distinct
    sender,
    'institution' as member_kind,
    institution_id as member_id
from spoken_for

union

select distinct
    s.sender,
    'cluster' as member_kind,
    c.cluster_id as member_id
from spoken_for as s
inner join {{ ref('int_cluster_members__accepted') }} as c on s.institution_id = c.institution_id
