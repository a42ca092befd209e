-- A list is due once a school year, so an institution whose last one is older than a year and some weeks has not delivered,
-- however much it sent before. People are counted on the day they were last told of: an institution that fell silent would
-- otherwise go on with everybody it ever had.
with settings as (
    select max(bound) as list_age_days
    from {{ ref('thresholds') }}
    where code = 'coverage_list_age_days'
),

heard as (
    select
        s.institution_id,
        s.heard_on,
        s.is_stale,
        {{ days_between('s.heard_on', as_of()) }} <= t.list_age_days as is_delivered,
        {{ add_days(as_of(), '- t.list_age_days') }} as oldest_on
    from {{ ref('int_staff_list_state') }} as s
    cross join settings as t
),

heads as (
    select
        h.institution_id,
        cast(count(distinct coalesce(l.person_id, a.person_id)) as bigint) as head_n
    from heard as h
    inner join {{ ref('int_staff_employment__accepted') }} as a on h.institution_id = a.institution_id
    left join {{ ref('int_person_link') }} as l on a.person_id = l.local_id
    where
        h.is_delivered
        and a.start_date <= h.heard_on
        and coalesce(a.end_date >= h.heard_on, a.confirmed_on >= h.oldest_on)
    group by h.institution_id
)

select
    e.institution_id,
    e.oblast_code,
    coalesce(h.is_delivered, false) as is_delivered,
    h.heard_on,
    coalesce(h.is_stale, false) as is_stale,
    coalesce(n.head_n, cast(0 as bigint)) as head_n
from {{ ref('int_expected_institution') }} as e
left join heard as h on e.institution_id = h.institution_id
left join heads as n on e.institution_id = n.institution_id
