-- How far marks of one product are alike, beside those of others, by analysis of variance: intraclass correlations of one mark. Where other
-- reviewers marked other products ICC(1), one-way, in which what is between reviewers is not told from chance; where some have more marks
-- than others, their count is that of Searle's k0. Where the same reviewers marked every product ICC(A,1), two-way and of absolute agreement:
-- a reviewer who is stricter throughout agrees less. Shrout and Fleiss (1979), intervals as McGraw and Wong (1996).
{%- set value = 'agreed / nullif(possible, 0)' %}
with summed as (
    select
        scope,
        scope_id,
        period_kind,
        period,
        is_crossed,
        cast(count(*) as double) as products_n,
        cast(sum(reviews_n) as double) as reviews_n,
        cast(max(reviewers_n) as double) as reviewers_n,
        (sum(reviews_n) - cast(sum(reviews_n * reviews_n) as double) / sum(reviews_n)) / nullif(count(*) - 1, 0) as usual_n,
        cast(sum(square_sum) as double) as square_sum,
        {{ decimal_sum('mark_sum * mark_sum / cast(reviews_n as double)') }} as product_squares,
        max(reviewer_squares) as reviewer_squares,
        power(cast(sum(mark_sum) as double), 2) / sum(reviews_n) as mean_square
    from {{ ref('review_product') }}
    group by scope, scope_id, period_kind, period, is_crossed
    having count(*) > 1
),

analysed as (
    select
        *,
        (product_squares - mean_square) / (products_n - 1) as between_square,
        (square_sum - product_squares) / nullif(reviews_n - products_n, 0) as within_square,
        (reviewer_squares - mean_square) / nullif(reviewers_n - 1, 0) as reviewer_square,
        (square_sum - product_squares - reviewer_squares + mean_square) / nullif((products_n - 1) * (reviewers_n - 1), 0) as rest_square
    from summed
),

one_way as (
    select
        *,
        'icc_one_way' as figure,
        between_square - within_square as agreed,
        between_square + (usual_n - 1) * within_square as possible,
        between_square / nullif(within_square, 0) / {{ f975('products_n - 1', 'reviews_n - products_n') }} as low_f,
        between_square / nullif(within_square, 0) * {{ f975('reviews_n - products_n', 'products_n - 1') }} as high_f
    from analysed
    where not is_crossed
),

two_way as (
    select
        *,
        'icc_two_way' as figure,
        between_square - rest_square as agreed,
        between_square + (reviewers_n - 1) * rest_square + reviewers_n * (reviewer_square - rest_square) / products_n as possible,
        reviewers_n * reviewer_square + (reviewers_n * products_n - reviewers_n - products_n) * rest_square as beside_square
    from analysed
    where is_crossed
),

-- Degrees of freedom of what reviewers and chance make together, as Satterthwaite has them.
freed as (
    select
        *,
        power(share * reviewer_square + (1 + share * (products_n - 1)) * rest_square, 2) / nullif(
            power(share * reviewer_square, 2) / (reviewers_n - 1)
            + power((1 + share * (products_n - 1)) * rest_square, 2) / ((products_n - 1) * (reviewers_n - 1)),
            0
        ) as free_n
    from (
        select
            *,
            reviewers_n * ({{ value }}) / (products_n * nullif(1 - {{ value }}, 0)) as share
        from two_way
    ) as shared
),

bounded as (
    select
        *,
        {{ f975('products_n - 1', 'free_n') }} as low_f,
        {{ f975('free_n', 'products_n - 1') }} as high_f
    from freed
    where free_n >= 5
),

told as (
    select
        scope,
        scope_id,
        period_kind,
        period,
        figure,
        products_n,
        agreed,
        possible,
        (low_f - 1) / (low_f + usual_n - 1) as ci_low,
        (high_f - 1) / (high_f + usual_n - 1) as ci_high
    from one_way
    union all
    select
        t.scope,
        t.scope_id,
        t.period_kind,
        t.period,
        t.figure,
        t.products_n,
        t.agreed,
        t.possible,
        t.products_n * (t.between_square - b.low_f * t.rest_square) / (b.low_f * t.beside_square + t.products_n * t.between_square) as ci_low,
        t.products_n * (b.high_f * t.between_square - t.rest_square) / (t.beside_square + t.products_n * b.high_f * t.between_square) as ci_high
    from two_way as t
    left join bounded as b
        on t.scope = b.scope and t.scope_id = b.scope_id and t.period_kind = b.period_kind and t.period = b.period
)

select
    scope,
    scope_id,
    period_kind,
    period,
    figure,
    cast(products_n as bigint) as products_n,
    agreed,
    possible,
    case when products_n >= {{ minimum_n('agreement') }} then (ci_high - ci_low) / (2 * {{ z95() }}) end as value_se,
    case when products_n >= {{ minimum_n('agreement') }} then ci_low end as ci_low,
    case when products_n >= {{ minimum_n('agreement') }} then ci_high end as ci_high
from told
