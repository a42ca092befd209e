-- What was done on the platform, by institution and month.
with told as (
    select
        institution_id,
        month,
        cast(sum(events_n) as bigint) as events_n,
        cast(sum(errors_n) as bigint) as errors_n,
        cast(sum(plans_uploaded_n) as bigint) as plans_n,
        cast(sum(comments_n) as bigint) as comments_n,
        cast(sum(sessions_n) as bigint) as sessions_n
    from {{ ref('fct_platform_day') }}
    where institution_id is not null
    group by institution_id, month
)

select
    d.institution_id,
    t.school_year,
    t.semester,
    t.quarter,
    d.month,
    d.events_n,
    d.errors_n,
    d.plans_n,
    d.comments_n,
    d.sessions_n
from told as d
{{ join_term(first_of_month('d.month')) }}
