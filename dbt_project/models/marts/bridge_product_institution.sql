select
    product_id,
    list_value as institution_id
from ({{ split_list('joint_products', 'product_id', 'institutions') }}) as f
