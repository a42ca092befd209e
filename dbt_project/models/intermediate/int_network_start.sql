-- From which school year on each term of an institution is one of a member of a network: the first that ends on the day of joining
-- or later. Who leaves stays in it, since what joining brings is asked of all who joined. Of two networks the first counts.
with joined as (
    select
        institution_id,
        cluster_id,
        joined_on,
        row_number() over (partition by institution_id order by joined_on, cluster_id) as choice
    from {{ ref('int_cluster_members__accepted') }}
    where joined_on <= {{ as_of() }}
),

period as (
    select
        term,
        start_year,
        ends_on
    from {{ ref('int_school_term') }}

    union all

    select distinct
        0 as term,
        start_year,
        {{ last_school_day('start_year') }} as ends_on
    from {{ ref('int_school_term') }}
)

select
    j.institution_id,
    p.term,
    j.cluster_id,
    {{ school_year_of('j.joined_on') }} as joined_start_year,
    cast(min(p.start_year) as int) as first_start_year
from joined as j
inner join period as p on j.joined_on <= p.ends_on
where j.choice = 1
group by j.institution_id, p.term, j.cluster_id, j.joined_on
