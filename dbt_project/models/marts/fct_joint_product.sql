select
    f.product_id,
    f.cluster_id,
    f.kind,
    {{ periods('f.created_on') }},
    f.created_on,
    coalesce(i.institutions_n, cast(0 as bigint)) as institutions_n,
    coalesce(a.authors_n, cast(0 as bigint)) as authors_n,
    coalesce(i.institutions_n, 0) >= 2 as is_joint
from {{ ref('int_joint_products__accepted') }} as f
left join (
    select
        product_id,
        cast(count(*) as bigint) as institutions_n
    from {{ ref('bridge_product_institution') }}
    group by product_id
) as i on f.product_id = i.product_id
left join (
    select
        product_id,
        cast(count(*) as bigint) as authors_n
    from {{ ref('bridge_product_author') }}
    group by product_id
) as a on f.product_id = a.product_id
{{ join_term('f.created_on') }}
where {{ is_known('f.created_on') }}
