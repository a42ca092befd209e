-- Reported by calendar year, of which the first eight months lie in another school year: told of the one that begins in it.
select
    f.cluster_id,
    f.year as calendar_year,
    {{ school_year_label('f.year') }} as school_year,
    f.learners as learners_n,
    f.dual_learners as dual_learners_n,
    f.goods_services_kzt,
    f.employer_investment_kzt,
    f.equipment_modernised_kzt
from {{ ref('int_education_production_kpis__accepted') }} as f
where f.year <= year({{ as_of() }})
