-- Requests for help against the month before, in the school year: in summer nobody asks, and in September everybody.
with ticket as (
    select * from {{ ref('fct_ticket') }}
),

series as (
    {{ cluster_series(count_of('ticket', kind='month', by='both'), 'month') }}
),

judged as (
    select
        *,
        value_1 >= {{ var('tickets_before_n') }} and value > value_1 * (1 + {{ threshold('W06') }}) as is_bad,
        value <= value_1 * (1 + {{ threshold('W06') }}) as is_clear,
        -- Few requests vary by themselves: the ratio of two Poisson counts has an error of sqrt(1 / n + 1 / m) in its logarithm.
        value_1 < {{ var('tickets_base_n') }} or ln(value / value_1) <= {{ z90() }} * sqrt(1 / value + 1 / value_1) as is_watch
    from series
    where value_1 > 0 and month(ends_on) not in (6, 7, 8, 9)
)

{{ period_alerts('judged') }}
