-- Marks of one pupil hang together, so that errors are those of as many marks as there are pupils.
with told as (
    select * from {{ ref('indicator_mark') }}
    where subject = 'all'
),

marks as (
    {{ mark_rows('told', 'score_sum', 'square_sum') }}
),

good as (
    {{ mark_rows('told', 'good_n', 'good_n', is_share=true) }}
)

{{ indicator([
    mart_of('marks'),
    mart_of('good', measure='good'),
]) }}
