{%- set keys = model_keys() + ['measure'] %}
with measured as (
    select
        {{ model_keys() | join(', ') }},
        'score' as measure,
        institution_id,
        pupil_no,
        outcome as measured
    from {{ ref('int_value_added_row') }}
    union all
    select
        {{ model_keys() | join(', ') }},
        'gain' as measure,
        institution_id,
        pupil_no,
        r.outcome - r.prior as measured
    from {{ ref('int_value_added_row') }} as r
    where prior_missing = 0
),

{{ summed_by_segment('measured', keys, {'pupils_n': ('1', 'bigint'), 'value_sum': ('measured', 'decimal(38, 0)')}) }}

select
    {{ keys | join(', ') }},
    segment,
    segment_value,
    institution_id,
    pupils_n,
    value_sum
from by_segment
