-- Whom figures are told of in every period, whether or not anything was counted: clusters from their founding on, oblasts, the country.
select
    'cluster' as scope,
    cluster_id as scope_id,
    kind as cluster_kind,
    founded_on as from_on
from {{ ref('dim_cluster') }}
union all
select distinct
    scope,
    scope_id,
    cast(null as {{ dbt.type_string() }}) as cluster_kind,
    cast(null as date) as from_on
from {{ ref('int_scope_member') }}
where scope in ('region', 'country')
