-- Groups that go through cycle after cycle and whose pupils gain nothing: the same group or, where it has no name, school and subject.
with cycle as (
    select
        c.cycle_id,
        c.institution_id,
        {{ group_of_cycle('c') }} as object_id,
        c.cycle_id as period,
        c.ended_on as ends_on,
        c.outcome_gain_score as value,
        coalesce(c.cluster_id, m.scope_id) as cluster_id
    from {{ ref('fct_lesson_study_cycle') }} as c
    left join {{ ref('int_scope_member') }} as m
        -- A cycle that names a cluster is of no other of its school's, and one cycle once.
        on c.institution_id = m.member_id and m.member_kind = 'institution' and m.scope = 'cluster' and c.cluster_id is null
    where
        c.ended_on is not null
        and c.outcome_gain_score is not null
        and (c.group_id is not null or c.subject is not null)
        and (c.cluster_id is not null or coalesce(c.ended_on between m.from_on and m.through_on, false))
),

followed as (
    select
        *,
        lag(value) over (partition by cluster_id, institution_id, object_id order by ends_on, period) as value_before
    from cycle
),

judged as (
    select
        *,
        {{ is_without_gain('value') }} and coalesce({{ is_without_gain('value_before') }}, false) as is_bad,
        value > {{ threshold('W09') }} as is_clear,
        false as is_watch
    from followed
)

{{ period_alerts('judged') }}
