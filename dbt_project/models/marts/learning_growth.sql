{%- set keys = model_keys() + ['measure', 'segment', 'segment_value'] %}
with sums as (
    select * from {{ ref('int_learning_sum') }}
),

{{ means_by_institution('sums', keys, {'mean_sd': ('value_sum', '1e7')}) }},

{{ judged_means(model_keys() + ['measure']) }}

select
    {{ as_of() }} as as_of_on,
    {{ school_year_label('start_year') }} as school_year,
    grade,
    subject,
    test,
    measure,
    segment,
    segment_value,
    case when is_told and status <> 'suppressed_secondary' then pupils_n end as pupils_n,
    case when is_told then institutions_n end as institutions_n,
    case when is_told then mean_sd end as mean_sd,
    case when has_error then mean_sd_error end as mean_se,
    case when has_error then {{ t_end('mean_sd', 'mean_sd_error', '-', 'institutions_n') }} end as mean_ci_low,
    case when has_error then {{ t_end('mean_sd', 'mean_sd_error', '+', 'institutions_n') }} end as mean_ci_high,
    status
from judged
