select
    f.region_code,
    f.specialty_code,
    f.year as calendar_year,
    f.vacancies as vacancies_n,
    f.forecast as forecast_n,
    f.source
from {{ ref('int_labour_demand__accepted') }} as f
