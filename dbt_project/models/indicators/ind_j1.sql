-- Products of at least two institutions by the means of their reviews.
with review as (
    select
        r.*,
        r.novelty_score + r.applicability_score + r.evidence_score as mark
    from {{ ref('fct_product_review') }} as r
    inner join {{ ref('fct_joint_product') }} as p on r.product_id = p.product_id
    where p.is_joint
),

product as (
    select
        product_id,
        cluster_id,
        period_kind,
        period,
        count(*) as reviews_n,
        sum(mark) as mark_sum,
        sum(novelty_score) >= 4 * count(*)
        and sum(applicability_score) >= 4 * count(*)
        and sum(evidence_score) >= 4 * count(*) as is_rated_high
    from ({{ in_each_kind('review', 'semester') }}) as r
    group by product_id, cluster_id, period_kind, period
)

{{ indicator([
    mean_of('product', 'mark_sum / (3.0 * reviews_n)', by='cluster'),
    share_of('product', 'is_rated_high', by='cluster', measure='high'),
    agreement_of('icc_one_way', 'review_variance'),
    agreement_of('icc_two_way', 'review_variance'),
    agreement_of('kappa', 'review_pair'),
    agreement_of('kappa_weighted', 'review_pair'),
    agreement_of('krippendorff', 'review_pair'),
]) }}
