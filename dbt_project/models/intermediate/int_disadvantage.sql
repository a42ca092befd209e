-- Quarters of the institutions of a school year by their share of disadvantaged pupils; 4 is the quarter with most. Equal shares
-- stand in the same quarter, the lower one.
with share as (
    select
        institution_id,
        cast(substr(school_year, 1, 4) as int) as start_year,
        cast(count(case when disadvantaged then 1 end) as double) / count(*) as disadvantaged_share
    from {{ ref('int_enrolments__accepted') }}
    where disadvantaged is not null
    group by institution_id, school_year
),

placed as (
    select
        *,
        rank() over (partition by start_year order by disadvantaged_share) - 1 as lower_n,
        count(*) over (partition by start_year) as institutions_n
    from share
)

select
    institution_id,
    start_year,
    disadvantaged_share,
    cast(cast(floor(4 * cast(lower_n as double) / institutions_n) as int) + 1 as {{ dbt.type_string() }}) as disadvantage_quartile
from placed
