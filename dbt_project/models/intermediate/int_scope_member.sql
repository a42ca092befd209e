-- For whom a row counts: an institution for itself, for the clusters of which it is a member, its oblast and the country; what a cluster
-- does as a cluster, for the cluster, its oblast and the country.
with institution as (
    select
        i.institution_id,
        coalesce(p.oblast_code, 'unknown') as oblast_code
    from {{ ref('int_institutions__accepted') }} as i
    left join {{ ref('int_region_place') }} as p on i.region_code = p.region_code
),

cluster as (
    select
        c.cluster_id,
        coalesce(p.oblast_code, 'unknown') as oblast_code
    from {{ ref('int_clusters__accepted') }} as c
    left join {{ ref('int_region_place') }} as p on c.region_code = p.region_code
),

always as (
    {{ scopes_of('institution', 'institution_id') }}
    union all
    {{ scopes_of('cluster', 'cluster_id') }}
)

select
    *,
    cast('0001-01-01' as date) as from_on,
    cast('9999-12-31' as date) as through_on
from always

union all

select
    'cluster' as scope,
    cluster_id as scope_id,
    'institution' as member_kind,
    institution_id as member_id,
    joined_on as from_on,
    -- Who joins again without having left is a member once.
    least(
        coalesce(left_on, cast('9999-12-31' as date)),
        coalesce(
            {{ add_days('lead(joined_on) over (partition by cluster_id, institution_id order by joined_on)', -1) }},
            cast('9999-12-31' as date)
        )
    ) as through_on
from {{ ref('int_cluster_members__accepted') }}
where joined_on <= {{ as_of() }}
