with rated as (
    select * from {{ ref('indicator_training') }}
    where org_support_score is not null
)

{{ indicator([mean_of('rated', 'org_support_score', kind='school_year', unit='shared_no')]) }}
