with rated as (
    select * from {{ ref('indicator_training') }}
    where behaviour_score is not null
)

{{ indicator([mean_of('rated', 'behaviour_score', kind='school_year', unit='shared_no')]) }}
