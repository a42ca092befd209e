-- Two sides of a segment, the first less the second: urban less rural, not disadvantaged less disadvantaged.
{%- set keys = ['grade', 'subject', 'test', 'measure', 'segment'] %}
{%- set within = 'partition by start_year, ' ~ keys | join(', ') ~ ', side' %}
with cell as (
    select
        *,
        case when segment_value in ('urban', 'false') then 1 else -1 end as side
    from {{ ref('int_learning_sum') }}
    where
        (segment = 'urban_rural' and segment_value in ('urban', 'rural'))
        or (segment = 'disadvantaged' and segment_value in ('true', 'false'))
),

sided as (
    select
        *,
        sum(pupils_n) over ({{ within }}) as side_n,
        count(*) over ({{ within }}) as side_institutions_n,
        cast(sum(value_sum) over ({{ within }}) as double) / 1e7 / sum(pupils_n) over ({{ within }}) as mean_sd
    from cell
),

-- A school with pupils of both sides moves both, mostly the same way.
influence as (
    select
        {{ keys | join(', ') }},
        start_year,
        institution_id,
        sum(side * (cast(value_sum as double) / 1e7 - pupils_n * mean_sd) / side_n) as influence
    from sided
    group by {{ keys | join(', ') }}, start_year, institution_id
),

told as (
    select
        {{ keys | join(', ') }},
        start_year,
        cast(count(distinct institution_id) as bigint) as institutions_n,
        max(case when side = 1 then mean_sd end) - max(case when side = -1 then mean_sd end) as estimate,
        case
            when count(distinct side) < 2 or min(side_n) < {{ minimum_n('value_added') }} then 'too_few'
            when min(side_institutions_n) < {{ minimum_n('cluster_interval') }} then 'too_few_institutions'
            else 'ok'
        end as status
    from sided
    group by {{ keys | join(', ') }}, start_year
),

{{ against_baseline(keys) }}

select
    {{ as_of() }} as as_of_on,
    {{ school_year_label('start_year') }} as school_year,
    grade,
    subject,
    test,
    measure,
    segment,
    case when status = 'ok' then institutions_n end as institutions_n,
    case when status = 'ok' then estimate end as gap_sd,
    error as gap_se,
    {{ t_end('estimate', 'error', '-', 'institutions_n') }} as gap_ci_low,
    {{ t_end('estimate', 'error', '+', 'institutions_n') }} as gap_ci_high,
    case when status = 'ok' then {{ school_year_label('baseline_year') }} end as baseline_school_year,
    baseline as baseline_sd,
    change as change_sd,
    change_error as change_se,
    {{ t_end('change', 'change_error', '-', 'change_institutions_n') }} as change_ci_low,
    {{ t_end('change', 'change_error', '+', 'change_institutions_n') }} as change_ci_high,
    status
from compared
