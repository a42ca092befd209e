-- Requests for help against the month before, in the school year: in summer nobody asks, and in September everybody.
with ticket as (
    select * from {{ ref('fct_ticket') }}
),

-- Where requests are told in the school year, a month without any has none.
month as (
    select
        s.scope_id as cluster_id,
        p.period,
        p.period_no,
        p.ends_on
    from {{ ref('scope_feed') }} as s
    inner join {{ ref('int_period') }} as p on s.school_year = p.school_year
    where s.feed = 'support_tickets' and s.scope = 'cluster' and p.period_kind = 'month' and p.is_over
),

told as (
    select
        m.*,
        cast(null as {{ dbt.type_string() }}) as institution_id,
        '' as object_id,
        coalesce(f.numerator, 0) as numerator,
        coalesce(f.n, 0) as n,
        coalesce(f.value, 0) as value
    from month as m
    left join {{ cluster_figures(count_of('ticket', kind='month', by='both'), 'month') }} as f
        on m.cluster_id = f.cluster_id and m.period = f.period
),

series as (
    {{ with_two_before('told') }}
),

judged as (
    select
        *,
        value_1 >= {{ var('tickets_before_n') }} and value > value_1 * (1 + {{ threshold('W06') }}) as is_bad,
        value <= value_1 * (1 + {{ threshold('W06') }}) as is_clear,
        -- Few requests vary by themselves: the ratio of two Poisson counts has an error of sqrt(1 / n + 1 / m) in its logarithm.
        value_1 < {{ var('tickets_base_n') }}
        or case when value > 0 then ln(value / value_1) <= {{ z90() }} * sqrt(1 / value + 1 / value_1) else true end as is_watch
    from series
    where value_1 > 0 and month(ends_on) not in (6, 7, 8, 9)
)

{{ period_alerts('judged') }}
