with rated as (
    select * from {{ ref('fct_lesson_analysis') }}
    where rating_score is not null
)

{{ indicator([share_of('rated', 'rating_score >= ' ~ var('good_rating'), kind='semester')]) }}
