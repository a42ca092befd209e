-- The networks of an institution on the first day of each school year.
with begun as (
    select distinct
        start_year,
        {{ school_year_start('school_year') }} as first_on
    from {{ ref('int_school_term') }}
)

select
    m.institution_id,
    b.start_year,
    m.cluster_id,
    min(m.role) as cluster_role
from {{ ref('int_cluster_members__accepted') }} as m
inner join begun as b on m.joined_on <= b.first_on and (m.left_on is null or m.left_on >= b.first_on)
where b.first_on <= {{ as_of() }}
group by m.institution_id, b.start_year, m.cluster_id
