-- The passport of a cluster in its eleven sections, a row for each field, with the feed that tells it and the day it holds for: of what the
-- registry says the day of the file, of what is counted the as-of date. What the sections say in words is text, and stays restricted; here
-- stands of which day the wording is.
{%- set registry = [
    (1, 'name_kk', 'c.name_kk'), (1, 'name_ru', 'c.name_ru'), (1, 'name_en', 'c.name_en'), (1, 'kind', 'c.kind'),
    (1, 'founded_on', 'cast(c.founded_on as ' ~ dbt.type_string() ~ ')'), (3, 'legal_form', 'c.legal_form'),
    (4, 'region_code', 'c.region_code'), (5, 'goals', 'c.goals'), (5, 'stage', 'c.stage'), (6, 'specialisations', 'c.specialisations'),
    (11, 'monitoring_kpis', 'c.monitoring_kpis'),
] %}
{%- set reported = ['learners_n', 'dual_learners_n', 'goods_services_kzt', 'employer_investment_kzt', 'equipment_modernised_kzt'] %}
with member as (
    select
        *,
        row_number() over (partition by cluster_id, institution_id order by joined_on desc) as choice
    from {{ ref('int_cluster_members__accepted') }}
    where joined_on <= {{ as_of() }} and coalesce(left_on >= {{ as_of() }}, true)
),

report as (
    select
        *,
        cast(concat(cast(calendar_year as {{ dbt.type_string() }}), '-12-31') as date) as year_ends_on,
        row_number() over (partition by cluster_id order by calendar_year desc) as choice
    from {{ ref('fct_education_production') }}
),

satisfaction as (
    select
        i.cluster_id,
        i.measure,
        i.value,
        p.ends_on,
        row_number() over (partition by i.cluster_id, i.measure order by p.ends_on desc) as choice
    from {{ ref('cluster_indicator') }} as i
    inner join {{ ref('int_period') }} as p on i.period_kind = p.period_kind and i.period = p.period
    where i.indicator = 'E4' and i.measure in ('students', 'employers') and i.scope = 'cluster' and i.status = 'ok'
),

registry as (
    {%- for section, field, value in registry %}
    select
        c.cluster_id,
        {{ section }} as section,
        '{{ field }}' as field,
        {{ value }} as value,
        {{ local_day('c._created_at') }} as valid_on
    from {{ ref('int_clusters__accepted') }} as c
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

action as (
    {%- for field, condition in {'actions_n': 'true', 'actions_due_n': 'is_due', 'actions_done_n': 'done_on is not null'}.items() %}
    select
        cluster_id,
        '{{ field }}' as field,
        count(case when {{ condition }} then 1 end) as actions_n
    from {{ ref('fct_action') }}
    group by cluster_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

money as (
    {%- for amount in ['planned_kzt', 'paid_kzt'] %}
    select
        cluster_id,
        concat('{{ amount }}/', funding_source, '/', cast(budget_year as {{ dbt.type_string() }})) as field,
        cast(sum({{ amount }}) as decimal(38, 2)) as amount_kzt
    from {{ ref('fct_payment') }}
    where cluster_id is not null and funding_source is not null
    group by cluster_id, funding_source, budget_year
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

reported as (
    {%- for field in reported %}
    select
        cluster_id,
        '{{ field }}' as field,
        cast({{ 'cast(' ~ field ~ ' as decimal(38, 2))' if field.endswith('_kzt') else field }} as {{ dbt.type_string() }}) as value,
        year_ends_on as valid_on
    from report
    where choice = 1
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

told as (
    select
        cluster_id,
        section,
        field,
        value,
        'clusters' as source_feed,
        valid_on
    from registry
    union all
    select
        cluster_id,
        2 as section,
        concat('member/', institution_id) as field,
        role as value,
        'cluster_members' as source_feed,
        joined_on as valid_on
    from member
    where choice = 1
    union all
    select
        cluster_id,
        2 as section,
        concat('founder/', institution_id) as field,
        case when founder then 'true' else 'false' end as value,
        'cluster_members' as source_feed,
        joined_on as valid_on
    from member
    where choice = 1 and founder is not null
    union all
    select
        cluster_id,
        2 as section,
        concat('duties/', institution_id) as field,
        duties as value,
        'cluster_members' as source_feed,
        joined_on as valid_on
    from member
    where choice = 1 and duties is not null
    union all
    select
        cluster_id,
        7 as section,
        field,
        cast(actions_n as {{ dbt.type_string() }}) as value,
        'action_plan' as source_feed,
        {{ as_of() }} as valid_on
    from action
    union all
    select
        cluster_id,
        8 as section,
        concat('running_projects_n/', kind) as field,
        cast(count(*) as {{ dbt.type_string() }}) as value,
        'projects' as source_feed,
        {{ as_of() }} as valid_on
    from {{ ref('fct_project') }}
    where ended_on is null
    group by cluster_id, kind
    union all
    select
        cluster_id,
        9 as section,
        field,
        cast(amount_kzt as {{ dbt.type_string() }}) as value,
        'finance' as source_feed,
        {{ as_of() }} as valid_on
    from money
    union all
    select
        cluster_id,
        10 as section,
        concat('shared_resources_n/', kind) as field,
        cast(count(*) as {{ dbt.type_string() }}) as value,
        'cluster_resources' as source_feed,
        {{ as_of() }} as valid_on
    from {{ ref('int_cluster_resources__accepted') }}
    where consent_on <= {{ as_of() }} and {{ is_known('shared_from') }} and coalesce(shared_to >= {{ as_of() }}, true)
    group by cluster_id, kind
    union all
    select
        cluster_id,
        11 as section,
        field,
        value,
        'education_production_kpis' as source_feed,
        valid_on
    from reported
    union all
    select
        cluster_id,
        11 as section,
        concat('satisfaction_score/', measure) as field,
        cast(cast(value as decimal(18, 2)) as {{ dbt.type_string() }}) as value,
        'survey_responses' as source_feed,
        ends_on as valid_on
    from satisfaction
    where choice = 1
    union all
    select
        cluster_id,
        section,
        'wording_on' as field,
        cast(max(version_on) as {{ dbt.type_string() }}) as value,
        'cluster_passport' as source_feed,
        max(version_on) as valid_on
    from {{ ref('int_cluster_passport__accepted') }}
    where version_on <= {{ as_of() }}
    group by cluster_id, section
)

select
    {{ as_of() }} as as_of_on,
    cluster_id,
    cast(section as int) as section,
    field,
    cast(value as {{ dbt.type_string() }}) as value,
    source_feed,
    valid_on
from told
