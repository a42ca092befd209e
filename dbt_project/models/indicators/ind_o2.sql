-- Learning gain: results at the end of a course less those at its start, in the points of the course's own test.
with rated as (
    select * from {{ ref('indicator_training') }}
    where gain_score is not null
)

{{ indicator([mean_of('rated', 'gain_score', kind='school_year', unit='shared_no')]) }}
