-- Reviewed products wherever they count, and how they were shared out: whether the same reviewers marked every one.
{%- set keys = ['scope', 'scope_id', 'period_kind', 'period'] | join(', ') %}
with product as (
    select
        {{ keys }},
        product_id,
        count(*) as reviews_n,
        sum(mark) as mark_sum,
        sum(mark * mark) as square_sum,
        min_by(mark, reviewer_id) as first_mark,
        max_by(mark, reviewer_id) as last_mark,
        min_by(verdict, reviewer_id) as first_verdict,
        max_by(verdict, reviewer_id) as last_verdict
    from {{ ref('review_mark') }}
    group by {{ keys }}, product_id
),

reviewer as (
    select
        {{ keys }},
        reviewer_id,
        count(*) as reviews_n,
        sum(mark) as mark_sum
    from {{ ref('review_mark') }}
    group by {{ keys }}, reviewer_id
),

reviewers as (
    select
        {{ keys }},
        count(*) as reviewers_n,
        sum(reviews_n) as reviews_n,
        {{ decimal_sum('mark_sum * mark_sum / cast(reviews_n as double)') }} as reviewer_squares
    from reviewer
    group by {{ keys }}
)

select
    p.*,
    r.reviewers_n,
    r.reviewer_squares,
    r.reviews_n = r.reviewers_n * count(*) over (partition by p.scope, p.scope_id, p.period_kind, p.period) as is_crossed
from product as p
inner join reviewers as r
    on p.scope = r.scope and p.scope_id = r.scope_id and p.period_kind = r.period_kind and p.period = r.period
