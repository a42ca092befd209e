{%- set keys = model_keys() + ['institution_id'] %}
select
    {{ keys | join(', ') }},
    prior_missing = 0 and prior_other_missing = 0 as is_complete,
    cast(count(*) as bigint) as pupils_n,
    cast(count(case when prior_missing = 0 then 1 end) as bigint) as with_prior_n,
    cast(count(case when is_at_ceiling then 1 end) as bigint) as at_ceiling_n,
    {{- cross_products(value_added_columns()) }}
from {{ ref('int_value_added_row') }}
group by {{ keys | join(', ') }}, prior_missing = 0 and prior_other_missing = 0
