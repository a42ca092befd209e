{%- set keys = model_keys() + ['institution_id'] %}
select
    {{ keys | join(', ') }},
    cast(count(*) as bigint) as pupils_n,
    {{- cross_products(value_added_columns() + ['earlier']) }}
from {{ ref('int_value_added_row') }}
where is_newcomer
group by {{ keys | join(', ') }}
