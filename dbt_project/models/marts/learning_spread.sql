{%- set keys = ['grade', 'subject', 'test'] %}
{%- set within = 'partition by start_year, ' ~ keys | join(', ') %}
with cell as (
    select
        {{ model_keys() | join(', ') }},
        institution_id,
        cast(sum(pupils_n) as bigint) as pupils_n,
        cast(sum(sum_0_9) as decimal(38, 0)) as score_sum,
        cast(sum(sum_9_9) as decimal(38, 0)) as square_sum
    from {{ ref('int_value_added_gram') }}
    group by {{ model_keys() | join(', ') }}, institution_id
),

-- The square of an institution's sum over its pupils: what the mean of the institution explains.
explained as (
    select
        *,
        cast(score_sum as double) / 1e7 * (cast(score_sum as double) / 1e7) / pupils_n as own
    from cell
),

summed as (
    select
        *,
        cast(sum(pupils_n) over ({{ within }}) as bigint) as all_n,
        count(*) over ({{ within }}) as institutions_n,
        cast(sum(pupils_n * pupils_n) over ({{ within }}) as double) as all_squared,
        cast(sum(score_sum) over ({{ within }}) as double) / 1e7 as total,
        cast(sum(square_sum) over ({{ within }}) as double) / 1e14 as squares,
        cast(sum({{ exact('own') }}) over ({{ within }}) as double) as between_squares
    from explained
),

-- The share, and what it would be without the institution.
shared as (
    select
        *,
        {{ variance_share('all_n', 'institutions_n', 'all_squared', 'total', 'squares', 'between_squares') }} as share,
        {{ variance_share(
            '(all_n - pupils_n)', '(institutions_n - 1)', '(all_squared - pupils_n * pupils_n)', '(total - cast(score_sum as double) / 1e7)',
            '(squares - cast(square_sum as double) / 1e14)', '(between_squares - own)'
        ) }} as share_without
    from summed
),

averaged as (
    select
        *,
        case
            when count(share_without) over ({{ within }}) = institutions_n
                then cast(sum({{ exact('share_without') }}) over ({{ within }}) as double) / institutions_n
        end as mean_without
    from shared
),

influence as (
    select
        {{ keys | join(', ') }},
        start_year,
        institution_id,
        (mean_without - share_without) * (institutions_n - 1) / institutions_n as influence
    from averaged
),

told as (
    select
        {{ keys | join(', ') }},
        start_year,
        cast(sum(pupils_n) as bigint) as pupils_n,
        cast(count(*) as bigint) as institutions_n,
        max(share) as estimate,
        -- As many pupils as each institution would have were all alike.
        max((all_n - all_squared / all_n) / nullif(institutions_n - 1, 0)) as even_n,
        case
            when count(*) < {{ minimum_n('value_added_institutions') }} then 'too_few_institutions'
            -- All pupils have the same score, or no two of an institution can be compared.
            when cast(sum(pupils_n) as decimal(38, 0)) * sum(square_sum) = sum(score_sum) * sum(score_sum) or max(share) is null then 'not_estimable'
            else 'ok'
        end as status
    from shared
    group by {{ keys | join(', ') }}, start_year
),

{{ against_baseline(keys) }}

select
    {{ as_of() }} as as_of_on,
    {{ school_year_label('start_year') }} as school_year,
    grade,
    subject,
    test,
    pupils_n,
    institutions_n,
    case when status = 'ok' then {{ as_share('estimate') }} end as between_share,
    error as between_se,
    {{ variance_share_end('estimate', 'error', 'even_n', '-', 'institutions_n') }} as between_ci_low,
    {{ variance_share_end('estimate', 'error', 'even_n', '+', 'institutions_n') }} as between_ci_high,
    case when status = 'ok' then {{ school_year_label('baseline_year') }} end as baseline_school_year,
    case when status = 'ok' then {{ as_share('baseline') }} end as baseline_share,
    change as change_value,
    change_error as change_se,
    {{ t_end('change', 'change_error', '-', 'change_institutions_n') }} as change_ci_low,
    {{ t_end('change', 'change_error', '+', 'change_institutions_n') }} as change_ci_high,
    status
from compared
