-- The curve without one institution (or one group of them, see int_retention_deal), for each in turn, and how much these
-- curves differ.
--
-- The logarithms are summed as whole numbers of 1e-15, so that the sum does not depend on the order of rows; a curve at zero is
-- kept there by a term that no sum of others outweighs.
-- Only months in which somebody left are reckoned for each institution, and the others carry the last one: see int_retention_step.
with curve as (
    select distinct
        curve_no,
        cohort_year,
        level,
        segment,
        segment_value
    from {{ ref('int_retention_step') }}
),

ended as (
    select
        c.curve_no,
        e.deal,
        e.last_month,
        e.left_n,
        e.ended_n
    from {{ ref('int_retention_deal') }} as e
    inner join curve as c
        on
            e.cohort_year = c.cohort_year
            and e.level = c.level
            and e.segment = c.segment
            and e.segment_value = c.segment_value
),

one_out as (
    select
        curve_no,
        deal,
        -- Who was not followed into the first month is at risk in none.
        cast(sum(case when last_month > 0 then ended_n else 0 end) as int) as people_n,
        cast(count(*) over (partition by curve_no) as int) as deals_n
    from ended
    group by curve_no, deal
),

-- Who is at risk no more in the next month in which somebody leaves.
gone as (
    select
        e.curve_no,
        e.deal,
        r.next_left_month as month,
        cast(sum(e.ended_n) as int) as ended_n
    from ended as e
    inner join {{ ref('int_retention_step') }} as r on e.curve_no = r.curve_no and e.last_month = r.month
    where r.next_left_month is not null
    group by e.curve_no, e.deal, r.next_left_month
),

term as (
    select
        o.curve_no,
        o.deal,
        o.deals_n,
        r.month,
        r.left_n - coalesce(e.left_n, 0) as others_left_n,
        r.at_risk_n - o.people_n + coalesce(
            cast(
                sum(g.ended_n) over (
                    partition by o.curve_no, o.deal
                    order by r.month
                    rows between unbounded preceding and current row
                ) as int
            ), 0
        ) as others_at_risk_n
    from one_out as o
    inner join {{ ref('int_retention_step') }} as r on o.curve_no = r.curve_no
    left join ended as e on o.curve_no = e.curve_no and o.deal = e.deal and r.month = e.last_month
    left join gone as g on o.curve_no = g.curve_no and o.deal = g.deal and r.month = g.month
    where o.deals_n > 1 and r.left_n > 0
),

summed as (
    select
        curve_no,
        deals_n,
        month,
        sum(
            case
                when others_left_n = 0 then 0
                when others_left_n = others_at_risk_n then -1000000000000000000
                else cast(round(ln(1 - cast(others_left_n as double) / others_at_risk_n) * 1e15) as bigint)
            end
        ) over (
            partition by curve_no, deal
            order by month
            rows between unbounded preceding and current row
        ) as log_survival
    from term
),

curved as (
    select
        curve_no,
        deals_n,
        month,
        case
            when log_survival <= -1000000000000000000 then cast(0 as decimal(18, 0))
            else cast(round(exp(cast(log_survival as double) / 1e15) * 1e15) as decimal(18, 0))
        end as survival
    from summed
),

spread as (
    select
        curve_no,
        deals_n,
        month,
        cast(sum(survival) as decimal(19, 0)) as survival_sum,
        cast(sum(cast(survival as decimal(19, 0)) * cast(survival as decimal(19, 0))) as decimal(38, 0)) as square_sum
    from curved
    group by curve_no, deals_n, month
),

several as (
    select distinct
        curve_no,
        deals_n
    from one_out
    where deals_n > 1
)

select
    r.cohort_year,
    r.level,
    r.segment,
    r.segment_value,
    r.month,
    cast(j.deals_n as int) as groups_n,
    -- (J - 1) / J times the sum of squared distances from the mean, in units of 1e-30 up to the root. Before anybody left
    -- there is nothing to differ in.
    coalesce(
        sqrt(
            cast(s.deals_n - 1 as double) / s.deals_n
            * cast(s.deals_n * s.square_sum - s.survival_sum * s.survival_sum as double) / s.deals_n
        ) / 1e15, cast(0 as double)
    ) as survival_cluster_se
from {{ ref('int_retention_step') }} as r
inner join several as j on r.curve_no = j.curve_no
left join spread as s on r.curve_no = s.curve_no and r.last_left_month = s.month
