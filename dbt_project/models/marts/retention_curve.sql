-- Kaplan-Meier by month. Where nobody was lost from sight the product of the monthly factors is a quotient of two counts, so
-- it is taken as that quotient times a correction at each month after which somebody was lost: without such a month the
-- survival is, to the last digit, the share of the index that counts the first exit. The logarithms of the corrections and
-- Greenwood's terms are summed as decimals, so that no order of adding shows.
with stepped as (
    select
        *,
        lead(at_risk_n) over (partition by cohort_year, level, segment, segment_value order by month) as next_at_risk_n,
        max(case when month = 1 then at_risk_n end) over (partition by cohort_year, level, segment, segment_value) as first_at_risk_n
    from {{ ref('int_retention_month') }}
),

term as (
    select
        *,
        {{ exact(
            'case when censored_n > 0 and next_at_risk_n > 0 and month > 0 then ln(cast(at_risk_n - left_n as double) / next_at_risk_n) else 0 end'
        ) }} as lost_term,
        {{ exact(
            'case when left_n > 0 and left_n < at_risk_n then cast(left_n as double) / (cast(at_risk_n as double) * (at_risk_n - left_n)) else 0 end'
        ) }} as greenwood_term
    from stepped
),

summed as (
    select
        *,
        coalesce(
            sum(lost_term) over (
                partition by cohort_year, level, segment, segment_value
                order by month
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as lost_sum,
        sum(greenwood_term) over (
            partition by cohort_year, level, segment, segment_value
            order by month
            rows between unbounded preceding and current row
        ) as greenwood_sum,
        -- From the month on in which the last person at risk left, the curve is at zero; the interval keeps that month's size.
        min(case when left_n > 0 and left_n = at_risk_n then at_risk_n end) over (
            partition by cohort_year, level, segment, segment_value
            order by month
            rows between unbounded preceding and current row
        ) as zero_at_risk_n
    from term
),

-- Only a month in which somebody left has a value of its own; the others carry the last one, to the digit.
stepwise as (
    select
        *,
        case
            when month = 0 then cast(1 as double)
            when left_n > 0 and left_n = at_risk_n then cast(0 as double)
            when left_n > 0 then cast(at_risk_n - left_n as double) / first_at_risk_n * exp(cast(lost_sum as double))
        end as step_share
    from summed
),

survived as (
    select
        *,
        case
            when at_risk_n > 0 or zero_at_risk_n is not null
                then min(step_share) over (
                    partition by cohort_year, level, segment, segment_value
                    order by month
                    rows between unbounded preceding and current row
                )
        end as share,
        sqrt(cast(greenwood_sum as double)) as log_se,
        cast(coalesce(zero_at_risk_n, at_risk_n) as double) as n
    from stepwise
),

bounded as (
    select
        *,
        case
            when share = 0 then cast(0 as double)
            when greenwood_sum = 0 then {{ wilson_low('share', 'nullif(n, 0)') }}
            else exp(ln(share) * exp({{ z95() }} * log_se / abs(ln(share))))
        end as ci_low,
        case
            when share = 0 then {{ wilson_high('share', 'nullif(n, 0)') }}
            when greenwood_sum = 0 then cast(1 as double)
            else exp(ln(share) * exp(-{{ z95() }} * log_se / abs(ln(share))))
        end as ci_high
    from survived
)

select
    {{ as_of() }} as as_of_on,
    b.cohort_year,
    b.level,
    b.segment,
    b.segment_value,
    b.month,
    b.at_risk_n,
    b.left_n,
    b.censored_n,
    b.share as survival_share,
    b.share * b.log_se as survival_se,
    b.ci_low as survival_ci_low,
    case when b.share is not null then b.ci_high end as survival_ci_high,
    case when b.share is not null then j.survival_cluster_se end as survival_cluster_se,
    {{ log_log_cluster('low') }} as survival_cluster_ci_low,
    {{ log_log_cluster('high') }} as survival_cluster_ci_high,
    case
        when b.share is null then 'not_yet_observed'
        when b.at_risk_n < {{ minimum_n('curve') }} then 'too_few'
        else 'ok'
    end as status
from bounded as b
left join {{ ref('int_retention_jackknife') }} as j
    on
        b.cohort_year = j.cohort_year
        and b.level = j.level
        and b.segment = j.segment
        and b.segment_value = j.segment_value
        and b.month = j.month
where b.month <= {{ var('curve_months') }}
