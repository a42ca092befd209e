with marks as (
    select * from {{ ref('indicator_mark') }}
    where subject <> 'all'
)

{{ mark_rows('marks', 'score_sum', 'square_sum') }}
