-- Names are those of now; where one is not known, its code stands for it.
with named as (
    select
        t.*,
        k.name_kk as cluster_kk,
        k.name_ru as cluster_ru,
        k.name_en as cluster_en,
        coalesce(p.name_kk, c.course_title, c.course) as part_kk,
        coalesce(p.name_ru, c.course_title, c.course) as part_ru,
        coalesce(p.name_en, c.course_title, c.course) as part_en,
        coalesce(c.provider_id, split_part(t.unit_id, '/', 1)) as of_institution_id
    from {{ source('estimates', 'value_added_term') }} as t
    left join {{ ref('int_programmes__accepted') }} as p
        on t.term = 'programme' and t.unit_id = concat(p.institution_id, '/', p.programme_code)
    left join {{ ref('int_course') }} as c on t.term = 'course' and t.unit_id = concat(c.provider_id, '/', c.course)
    left join {{ ref('int_clusters__accepted') }} as k on t.term = 'cluster' and t.unit_id = k.cluster_id
)

select
    n.as_of_on,
    n.model_id,
    n.school_year,
    n.subject,
    n.test,
    n.term,
    n.unit_id,
    {% for language in ['kk', 'ru', 'en'] %}
        case
            when n.term = 'cluster' then coalesce(n.cluster_{{ language }}, n.unit_id)
            else
                concat(
                    coalesce(n.part_{{ language }}, split_part(n.unit_id, '/', 2)),
                    ' · ',
                    coalesce(i.name_{{ language }}, n.of_institution_id)
                )
        end as unit_name_{{ language }},
    {% endfor %}
    n.pupils_n,
    n.teachers_n,
    n.institutions_n,
    n.effect_sd,
    n.effect_se,
    n.effect_ci_low,
    n.effect_ci_high,
    n.reliability_share,
    n.band,
    n.status
from named as n
left join {{ ref('int_institutions__accepted') }} as i on n.of_institution_id = i.institution_id
