-- What was done in the cycles that ended in the semester; and, of those that began in it, how many have ended by now.
with cycle as (
    select
        *,
        ended_on is not null as is_finished
    from {{ ref('fct_lesson_study_cycle') }}
),

finished as (
    select
        c.cluster_id,
        c.institution_id,
        {{ periods('c.ended_on') }},
        c.artefacts_complete_n,
        c.has_external_expert,
        c.outcome_gain_score,
        c.published_on
    from {{ ref('fct_lesson_study_cycle') }} as c
    {{ join_term('c.ended_on') }}
    where c.ended_on is not null
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
