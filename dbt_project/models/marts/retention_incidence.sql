-- Cumulative incidence of each cause by Aalen and Johansen. Until the first event one stays event-free with the share S; of
-- those at risk in a month, d of n have the event, so S falls to S (n - d) / n and the incidence of a cause with d_c of them
-- rises by S d_c / n. Its variance is that of Marubini and Valsecchi (1995, 10.3), whose double sum is written with sums that
-- run along: with F_j the incidence after month j and F that of now,
--   sum (F - F_j)^2 g_j = F^2 sum g_j - 2 F sum F_j g_j + sum F_j^2 g_j   with g_j = d / (n (n - d)),
--   sum (F - F_j) h_j   = F sum h_j - sum F_j h_j                         with h_j = S d_c / n^2,
-- and sum S^2 d_c (n - d_c) / n^3. All are summed as decimals, so that no order of adding shows.
with stepped as (
    select
        *,
        moved_network_n + moved_outside_n + left_n + retired_n + died_n + unknown_n as event_n
    from {{ ref('int_retention_event_month') }}
    where month <= {{ var('curve_months') }}
),

logged as (
    select
        *,
        sum({{ exact('case when event_n < at_risk_n then ln(cast(at_risk_n - event_n as double) / at_risk_n) else 0 end') }}) over (
            partition by cohort_year, level, segment, segment_value
            order by month
            rows between unbounded preceding and current row
        ) as log_share,
        coalesce(sum({{ exact('case when event_n < at_risk_n then ln(cast(at_risk_n - event_n as double) / at_risk_n) else 0 end') }}) over (
            partition by cohort_year, level, segment, segment_value
            order by month
            rows between unbounded preceding and 1 preceding
        ), 0) as log_share_before
    from stepped
),

-- Nobody is left at risk after a month in which all have the event, so nothing has to be carried over it.
shared as (
    select
        *,
        case when event_n = at_risk_n then cast(0 as double) else exp(cast(log_share as double)) end as event_free_share,
        exp(cast(log_share_before as double)) as share_before,
        cast(at_risk_n as double) as n,
        case
            when event_n < at_risk_n then cast(event_n as double) / (cast(at_risk_n as double) * (at_risk_n - event_n))
            else cast(0 as double)
        end as g
    from logged
),

caused as (
    {{ event_rows('shared', [
        'cohort_year', 'level', 'segment', 'segment_value', 'month', 'at_risk_n', 'event_free_share', 'share_before', 'n', 'g'
    ]) }}
),

risen as (
    select
        *,
        cast(sum({{ exact('share_before * cause_n / n') }}) over (
            partition by cohort_year, level, segment, segment_value, cause
            order by month
            rows between unbounded preceding and current row
        ) as double) as incidence_share
    from caused
),

termed as (
    select
        *,
        {{ exact('g') }} as g0,
        {{ exact('incidence_share * g') }} as g1,
        {{ exact('incidence_share * incidence_share * g') }} as g2,
        {{ exact('share_before * cause_n / (n * n)') }} as h0,
        {{ exact('incidence_share * share_before * cause_n / (n * n)') }} as h1,
        {{ exact('share_before * share_before * cause_n * (n - cause_n) / (n * n * n)') }} as k0
    from risen
),

summed as (
    select
        *,
        {{ running_sums(
            ['g0', 'g1', 'g2', 'h0', 'h1', 'k0'], ['cohort_year', 'level', 'segment', 'segment_value', 'cause'], 'month'
        ) }}
    from termed
),

-- Of sums that nearly cancel sixteen digits are left. The smallest variance that is none is that of one event of n people, 1 / n^2:
-- of ten million it is ten times the bound.
varied as (
    select
        *,
        incidence_share * incidence_share * g0_sum - 2 * incidence_share * g1_sum + g2_sum
        + k0_sum
        - 2 * (incidence_share * h0_sum - h1_sum) as variance
    from summed
)

select
    {{ as_of() }} as as_of_on,
    cohort_year,
    level,
    segment,
    segment_value,
    month,
    cause,
    at_risk_n,
    cause_n,
    incidence_share,
    case when variance > 1e-15 then sqrt(variance) else cast(0 as double) end as incidence_se,
    event_free_share,
    case when at_risk_n < {{ minimum_n('curve') }} then 'too_few' else 'ok' end as status
from varied
