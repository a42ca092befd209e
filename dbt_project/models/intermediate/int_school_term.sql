with years as (
    select
        cast({{ school_year_of(as_of()) }} - 40 + number as int) as start_year,
        {{ school_year_label('(' ~ school_year_of(as_of()) ~ ' - 40 + number)') }} as school_year
    from ({{ numbers(2) }}) as n
),

own as (
    select distinct school_year
    from {{ ref('school_terms') }}
)

select
    y.school_year,
    y.start_year,
    s.term,
    concat(y.school_year, '-Q', cast(s.term as {{ dbt.type_string() }})) as quarter,
    concat(y.school_year, '-S', cast(s.semester as {{ dbt.type_string() }})) as semester,
    cast(concat(cast(y.start_year + s.first_day_years_n as {{ dbt.type_string() }}), '-', s.first_day) as date) as starts_on,
    cast(concat(cast(y.start_year + s.last_day_years_n as {{ dbt.type_string() }}), '-', s.last_day) as date) as ends_on
from years as y
left join own as o on y.school_year = o.school_year
inner join {{ ref('school_terms') }} as s on coalesce(o.school_year, 'default') = s.school_year
