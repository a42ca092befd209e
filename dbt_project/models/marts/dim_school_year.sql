-- Every school year from the first post known to the one after the as-of date.
with needed as (
    select
        coalesce(min({{ school_year_of('start_date') }}), {{ school_year_of(as_of()) }}) as first_year,
        {{ school_year_of(as_of()) }} + 1 as last_year
    from {{ ref('int_staff_employment__accepted') }}
    where start_date <= {{ as_of() }}
)

select
    {{ school_year_label('(n.first_year + s.number)') }} as school_year,
    cast(n.first_year + s.number as int) as start_year,
    cast(concat(cast(n.first_year + s.number as {{ dbt.type_string() }}), '-09-01') as date) as starts_on,
    cast(concat(cast(n.first_year + s.number + 1 as {{ dbt.type_string() }}), '-08-31') as date) as ends_on,
    cast(concat(cast(n.first_year + s.number as {{ dbt.type_string() }}), '-09-01') as date) <= {{ as_of() }}
    and cast(concat(cast(n.first_year + s.number + 1 as {{ dbt.type_string() }}), '-08-31') as date) >= {{ as_of() }} as is_current
from needed as n
cross join ({{ numbers(3) }}) as s
where n.first_year + s.number <= n.last_year
