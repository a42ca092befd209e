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

-- The last term ends with the last school day: who joins in summer has not been a member in spring.
period as (
    select
        term,
        start_year,
        least(ends_on, {{ last_school_day('start_year') }}) as ends_on
    from {{ ref('int_school_term') }}

    union all

    select distinct
        0 as term,
        start_year,
        {{ last_school_day('start_year') }} as ends_on
    from {{ ref('int_school_term') }}

    union all

    select distinct
        -1 as term,
        start_year,
        {{ school_year_start('school_year') }} as ends_on
    from {{ ref('int_school_term') }}
),

first_period as (
    select
        j.institution_id,
        j.cluster_id,
        p.term,
        cast(min(p.start_year) as int) as first_start_year
    from joined as j
    inner join period as p on j.joined_on <= p.ends_on
    where j.choice = 1
    group by j.institution_id, j.cluster_id, p.term
)

select
    institution_id,
    term,
    cluster_id,
    min(case when term = 0 then first_start_year end) over (partition by institution_id) as joined_start_year,
    first_start_year
from first_period
