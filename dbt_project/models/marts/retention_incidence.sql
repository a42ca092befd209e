-- Cumulative incidence of each cause by Aalen and Johansen. Until the first event one stays event-free with the share S; of
-- those at risk in a month, d of n have the event, so S falls to S (n - d) / n and the incidence of a cause with d_c of them
-- rises by S d_c / n. Its variance is that of Marubini and Valsecchi (1995, 10.3): with F_j the incidence after month j and F
-- that of now, the sum over j of
--   (F - F_j)^2 g_j - 2 (F - F_j) h_j + k_j   with g_j = d / (n (n - d)), h_j = S d_c / n^2, k_j = S^2 d_c (n - d_c) / n^3,
-- which by powers of F is F^2 sum g_j - 2 F sum (F_j g_j + h_j) + sum (F_j^2 g_j + 2 F_j h_j + k_j): three sums that run along.
-- They are summed as decimals, so that no order of adding shows.
with stepped as (
    select
        *,
        moved_network_n + moved_outside_n + left_n + retired_n + died_n + unknown_n as event_n
    from {{ ref('int_retention_event_month') }}
    where month <= {{ var('curve_months') }}
),

termed as (
    select
        *,
        {{ exact('case when event_n < at_risk_n then ln(cast(at_risk_n - event_n as double) / at_risk_n) else 0 end') }} as log_term,
        {{ exact(
            'case when event_n < at_risk_n then cast(event_n as double) / (cast(at_risk_n as double) * (at_risk_n - event_n)) else 0 end'
        ) }} as square_term
    from stepped
),

summed as (
    select
        *,
        {{ running_sums(['log_term', 'square_term'], ['cohort_year', 'level', 'segment', 'segment_value'], 'month') }}
    from termed
),

-- Nobody is left at risk after a month in which all have the event, so nothing has to be carried over it.
shared as (
    select
        *,
        cast(at_risk_n as double) as n,
        case when event_n < at_risk_n then cast(event_n as double) / (cast(at_risk_n as double) * (at_risk_n - event_n)) else 0 end as g,
        case when event_n = at_risk_n then cast(0 as double) else exp(log_term_sum) end as event_free_share
    from summed
),

preceded as (
    select
        *,
        coalesce(
            lag(event_free_share) over (partition by cohort_year, level, segment, segment_value order by month), cast(1 as double)
        ) as share_before
    from shared
),

caused as (
    {{ event_rows('preceded', [
        'cohort_year', 'level', 'segment', 'segment_value', 'month', 'at_risk_n', 'event_free_share', 'share_before', 'n', 'g',
        'square_term_sum'
    ]) }}
),

risen as (
    select
        *,
        cast(sum({{ exact('share_before * cause_n / n') }}) over (
            partition by cohort_year, level, segment, segment_value, cause
            order by month
            rows between unbounded preceding and current row
        ) as double) as incidence_share,
        share_before * cause_n / (n * n) as h,
        share_before * share_before * cause_n * (n - cause_n) / (n * n * n) as k
    from caused
),

powered as (
    select
        *,
        {{ exact('incidence_share * g + h') }} as first_term,
        {{ exact('incidence_share * incidence_share * g + 2 * incidence_share * h + k') }} as none_term
    from risen
),

-- Of sums that nearly cancel sixteen digits are left. The smallest variance that is none is that of one event of n people, 1 / n^2:
-- of ten million it is ten times the bound.
varied as (
    select
        *,
        {{ running_sums(['first_term', 'none_term'], ['cohort_year', 'level', 'segment', 'segment_value', 'cause'], 'month') }}
    from powered
),

closed as (
    select
        *,
        incidence_share * incidence_share * square_term_sum - 2 * incidence_share * first_term_sum + none_term_sum as variance
    from varied
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
from closed
