with rated as (
    select * from {{ ref('indicator_training') }}
    where reaction_score is not null
)

{{ indicator([mean_of('rated', 'reaction_score', kind='school_year', unit='shared_no')]) }}
