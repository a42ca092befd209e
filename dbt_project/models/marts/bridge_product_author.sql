select distinct
    f.product_id,
    coalesce(l.person_id, f.list_value) as person_id
from ({{ split_list('joint_products', 'product_id', 'authors') }}) as f
left join {{ ref('int_person_link') }} as l on f.list_value = l.local_id
