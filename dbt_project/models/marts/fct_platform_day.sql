{%- set counts = {
    'logins_n': 'login', 'plans_uploaded_n': 'upload_plan', 'comments_n': 'comment', 'sessions_n': 'session',
    'cards_opened_n': 'card_opened', 'cards_closed_n': 'card_closed', 'errors_n': 'error',
} -%}
with days as (
    select
        institution_id,
        user_id,
        {{ local_day('occurred_at') }} as active_on,
        {% for name, action in counts.items() -%}
            cast(count(case when action = '{{ action }}' then 1 end) as bigint) as {{ name }},
        {% endfor -%}
        cast(count(*) as bigint) as events_n
    from {{ ref('int_platform_events__accepted') }}
    group by institution_id, user_id, {{ local_day('occurred_at') }}
)

select
    d.institution_id,
    d.user_id,
    {{ periods('d.active_on') }},
    d.active_on,
    d.events_n,
    d.logins_n,
    d.plans_uploaded_n,
    d.comments_n,
    d.sessions_n,
    d.cards_opened_n,
    d.cards_closed_n,
    d.errors_n
from days as d
{{ join_term('d.active_on') }}
where {{ is_known('d.active_on') }}
