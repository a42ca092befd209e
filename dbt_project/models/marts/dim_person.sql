select
    person_id,
    sex,
    cast(birth_year - birth_year % 5 as int) as birth_band_start_year,
    case
        when birth_year is not null
            then concat(
                cast(birth_year - birth_year % 5 as {{ dbt.type_string() }}), '-',
                cast(birth_year - birth_year % 5 + 4 as {{ dbt.type_string() }})
            )
    end as birth_band,
    is_local
from {{ ref('int_person') }}
