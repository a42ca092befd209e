select
    f.product_id,
    f.reviewer_id,
    p.cluster_id,
    {{ periods('f.reviewed_on') }},
    f.reviewed_on,
    f.novelty as novelty_score,
    f.applicability as applicability_score,
    f.evidence as evidence_score,
    cast(f.novelty + f.applicability + f.evidence as double) / 3 as mean_score,
    f.novelty >= 4 and f.applicability >= 4 and f.evidence >= 4 as is_rated_high
from {{ linked('product_reviews', ['reviewer_id']) }} as f
inner join {{ ref('fct_joint_product') }} as p on f.product_id = p.product_id
{{ join_term('f.reviewed_on') }}
where {{ is_known('f.reviewed_on') }}
