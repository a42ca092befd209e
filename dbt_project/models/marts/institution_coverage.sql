with heads as (
    select
        institution_id,
        cast(count(*) as bigint) as posts_n,
        cast(
            count(distinct case
                when start_date <= {{ as_of() }} and (end_date is null or end_date > {{ as_of() }}) then person_id
            end) as bigint
        ) as head_n
    from {{ ref('int_staff_employment__accepted') }}
    group by institution_id
)

select
    e.institution_id,
    e.oblast_code,
    coalesce(h.posts_n > 0, false) as is_delivered,
    coalesce(h.head_n, cast(0 as bigint)) as head_n
from {{ ref('int_expected_institution') }} as e
left join heads as h on e.institution_id = h.institution_id
