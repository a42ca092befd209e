-- Cycles by the semester in which they began: how many were finished and, of these, what was done in them.
with cycle as (
    select
        *,
        ended_on is not null as is_finished
    from {{ ref('fct_lesson_study_cycle') }}
),

finished as (
    select * from cycle
    where is_finished
),

measured as (
    select * from finished
    where outcome_gain_score is not null
)

{{ indicator([
    share_of('finished', 'artefacts_complete_n = 4', kind='semester', by='both'),
    share_of('cycle', 'is_finished', kind='semester', by='both', measure='finished'),
    share_of('finished', 'has_external_expert', kind='semester', by='both', measure='external_expert'),
    share_of('measured', 'outcome_gain_score > 0', kind='semester', by='both', measure='gain'),
    share_of('finished', 'published_on is not null', kind='semester', by='both', measure='published'),
]) }}
