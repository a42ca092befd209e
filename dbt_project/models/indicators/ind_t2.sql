-- Of the events of a period that were held, how many of those a person was invited to they came to; in each scope by its own events.
with invitation as (
    select * from {{ ref('fct_event_attendance') }}
    where is_invited and is_held
),

person as (
    select
        scope,
        scope_id,
        period_kind,
        period,
        count(*) as invited_n,
        sum(attended_n) as attended_n
    from (
        {{ placed('invitation', {'person_id': 'person_id', 'attended_n': 'case when is_attended then 1 else 0 end'}, 'both', 'quarter') }}
    ) as invited
    group by scope, scope_id, period_kind, period, person_id
)

{{ indicator([share_of('person', 'attended_n > 0.75 * invited_n', by='scope')]) }}
