{%- set keys = model_keys() %}
with taught as (
    select v.*
    from {{ ref('int_value_added_row') }} as v
    inner join {{ ref('int_value_added_link') }} as t
        on v.pupil_no = t.pupil_no and v.start_year = t.start_year and v.subject = t.subject and v.test = t.test
)

select
    {{ keys | join(', ') }},
    cast(count(*) as bigint) as pupils_n,
    cast(count(case when prior_missing = 0 then 1 end) as bigint) as with_prior_n,
    {{- cross_products(value_added_columns()) }}
from taught
group by {{ keys | join(', ') }}
