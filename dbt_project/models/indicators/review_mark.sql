-- Reviews of joint products wherever a product counts, of those that several reviewed: what one reviewer saw says nothing of agreement.
-- A mark is the sum of three scores; whether each of them is high is the verdict that is counted.
with review as (
    select
        r.cluster_id,
        r.school_year,
        r.semester,
        r.product_id,
        r.reviewer_id,
        r.novelty_score + r.applicability_score + r.evidence_score as mark,
        case when r.is_rated_high then 1 else 0 end as verdict
    from {{ ref('fct_product_review') }} as r
    inner join {{ ref('fct_joint_product') }} as p on r.product_id = p.product_id
    where p.is_joint
),

counted as (
    select
        *,
        count(*) over (partition by scope, scope_id, period_kind, period, product_id) as reviews_n
    from (
        {{ placed(
            'review', {'product_id': 'product_id', 'reviewer_id': 'reviewer_id', 'mark': 'mark', 'verdict': 'verdict'}, 'cluster', 'semester'
        ) }}
    ) as placed
)

select * from counted
where reviews_n >= 2
