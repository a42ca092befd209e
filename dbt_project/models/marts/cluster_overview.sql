-- The figures of clusters by school year with names and units beside them, for who reads them without the registry at hand.
select
    i.as_of_on,
    i.cluster_id,
    c.name_kk as cluster_name_kk,
    c.name_ru as cluster_name_ru,
    c.name_en as cluster_name_en,
    i.period,
    i.indicator,
    i.measure,
    coalesce(m.name_kk, d.name_kk) as name_kk,
    coalesce(m.name_ru, d.name_ru) as name_ru,
    coalesce(m.name_en, d.name_en) as name_en,
    coalesce(m.unit, d.unit) as unit,
    coalesce(m.direction, d.direction) as direction,
    i.value,
    i.ci_low,
    i.ci_high,
    i.n,
    d.counted,
    i.baseline,
    i.target,
    i.target_on,
    i.change_value,
    i.trend,
    i.band,
    i.owner_role,
    i.status
from {{ ref('cluster_indicator') }} as i
inner join {{ ref('dim_cluster') }} as c on i.cluster_id = c.cluster_id
inner join {{ ref('dim_indicator') }} as d on i.indicator = d.indicator
left join {{ ref('indicator_measures') }} as m on i.indicator = m.indicator and i.measure = m.measure
where i.scope = 'cluster' and i.period_kind = 'school_year'
