-- The passport of a cluster in its eleven sections, a row for each field, with the feed that tells it and the day it holds for: of what the
-- registry says the day of the file, of what is counted the as-of date. What the sections say in words is text, and stays restricted; here
-- stands of which day the wording is.
{%- set now = as_of() -%}
{%- set fields = [] -%}
{%- for section, names in {
    1: ['name_kk', 'name_ru', 'name_en', 'kind', 'founded_on'], 3: ['legal_form'], 4: ['region_code'], 5: ['goals', 'stage'],
    6: ['specialisations'], 11: ['monitoring_kpis'],
}.items() -%}
    {%- for name in names -%}
        {%- do fields.append((section, "'" ~ name ~ "'", name, 'clusters', local_day('_created_at'), ref('int_clusters__accepted'))) -%}
    {%- endfor -%}
{%- endfor -%}
{%- for field, value in {'member': 'role', 'founder': "case when founder then 'true' else 'false' end", 'duties': 'duties'}.items() -%}
    {%- set known = 'founder' if field == 'founder' else value -%}
    {%- set rest = 'member where choice = 1 and ' ~ known ~ ' is not null' -%}
    {%- do fields.append((2, "concat('" ~ field ~ "/', institution_id)", value, 'cluster_members', 'joined_on', rest)) -%}
{%- endfor -%}
{%- for field, condition in {'actions_n': 'true', 'actions_due_n': 'is_due', 'actions_done_n': 'done_on is not null'}.items() -%}
    {%- set counted = 'count(case when ' ~ condition ~ ' then 1 end)' -%}
    {%- do fields.append((7, "'" ~ field ~ "'", counted, 'action_plan', now, ref('fct_action') ~ ' group by cluster_id')) -%}
{%- endfor -%}
{%- for amount in ['planned_kzt', 'paid_kzt'] -%}
    {%- set field = "concat('" ~ amount ~ "/', funding_source, '/', cast(budget_year as " ~ dbt.type_string() ~ "))" -%}
    {%- set rest = ref('fct_payment') ~ ' where funding_source is not null group by cluster_id, funding_source, budget_year' -%}
    {%- do fields.append((9, field, 'cast(sum(' ~ amount ~ ') as decimal(38, 2))', 'finance', now, rest)) -%}
{%- endfor -%}
{%- for field in ['learners_n', 'dual_learners_n', 'goods_services_kzt', 'employer_investment_kzt', 'equipment_modernised_kzt'] -%}
    {%- set value = 'cast(' ~ field ~ ' as decimal(38, 2))' if field.endswith('_kzt') else field -%}
    {%- do fields.append((11, "'" ~ field ~ "'", value, 'education_production_kpis', 'year_ends_on', 'report where choice = 1')) -%}
{%- endfor -%}
{%- do fields.extend([
    (8, "concat('running_projects_n/', kind)", 'count(*)', 'projects', now, 'running group by cluster_id, kind'),
    (10, "concat('shared_resources_n/', kind)", 'count(*)', 'cluster_resources', now, 'shared group by cluster_id, kind'),
    (11, "concat('satisfaction_score/', measure)", 'cast(value as decimal(18, 2))', 'survey_responses', 'ends_on', 'satisfaction where choice = 1'),
    ('section', "'wording_on'", 'max(version_on)', 'cluster_passport', 'max(version_on)', 'wording group by cluster_id, section'),
]) %}
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

running as (
    select * from {{ ref('fct_project') }}
    where ended_on is null
),

shared as (
    select * from {{ ref('int_cluster_resources__accepted') }}
    where consent_on <= {{ as_of() }} and {{ is_known('shared_from') }} and coalesce(shared_to >= {{ as_of() }}, true)
),

wording as (
    select * from {{ ref('int_cluster_passport__accepted') }}
    where version_on <= {{ as_of() }}
)

select
    {{ as_of() }} as as_of_on,
    cluster_id,
    cast(section as int) as section,
    field,
    value,
    source_feed,
    valid_on
from ({{ passport_rows(fields) }}) as told
