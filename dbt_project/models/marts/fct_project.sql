select
    f.project_id,
    f.cluster_id,
    f.kind,
    {{ periods('f.started_on') }},
    f.started_on,
    {{ known_on('f.ended_on') }} as ended_on,
    f.implemented_in_practice and {{ is_known('f.implemented_on') }} as is_implemented,
    {{ known_on('f.implemented_on') }} as implemented_on,
    f.income_kzt,
    coalesce(i.institutions_n, cast(0 as bigint)) as institutions_n,
    coalesce(i.institutions_n, 0) >= 2 as is_joint
from {{ ref('int_projects__accepted') }} as f
left join (
    select
        project_id,
        cast(count(*) as bigint) as institutions_n
    from {{ ref('bridge_project_institution') }}
    group by project_id
) as i on f.project_id = i.project_id
{{ join_term('f.started_on') }}
where {{ is_known('f.started_on') }}
