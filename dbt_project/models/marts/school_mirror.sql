-- A row for each line of the page of a school and each thing that it is compared with; none is ever absent, and a status says why one tells
-- nothing. Council and school read it; it is not for publication.
with compared as (
    select
        line_no,
        trim(comparison) as comparison
    from (
        select
            line_no,
            {{ elements_of('comparisons') }} as comparison
        from {{ ref('mirror_panels') }}
    ) as listed
),

figure as (
    select
        f.*,
        c.comparison as compared_with
    from {{ ref('mirror_figure') }} as f
    inner join compared as c on f.line_no = c.line_no
    where f.is_last
)

select
    {{ as_of() }} as as_of_on,
    f.institution_id,
    f.line_no,
    f.question,
    f.panel,
    f.indicator,
    f.measure,
    f.detail,
    f.period_kind,
    f.period,
    f.value,
    f.value_se,
    f.ci_low,
    f.ci_high,
    f.n,
    f.compared_with as comparison,
    coalesce(b.comparison_id, 'none') as comparison_id,
    b.period as comparison_period,
    b.value as comparison_value,
    b.n as comparison_n,
    b.stands_on as comparison_on,
    coalesce(b.status, 'not_applicable') as comparison_status,
    f.value - b.value as difference_value,
    {{ mirror_standing('f', 'b') }} as standing,
    {{ mirror_columns({'rule': 'string', 'cluster_id': 'string'}) }},
    f.owner_role,
    {{ mirror_columns({
        'opened_on': 'date', 'due_on': 'date', 'severity': 'string', 'reaction_kk': 'string', 'reaction_ru': 'string', 'reaction_en': 'string',
    }) }},
    f.status
from figure as f
left join {{ ref('mirror_beside') }} as b
    on
        f.institution_id = b.institution_id
        and f.line_no = b.line_no
        and f.detail = b.detail
        and f.compared_with = b.comparison

union all

select
    {{ as_of() }} as as_of_on,
    institution_id,
    line_no,
    question,
    panel,
    indicator,
    measure,
    detail,
    'school_year' as period_kind,
    {{ school_year_label(school_year_of(as_of())) }} as period,
    value,
    cast(null as double) as value_se,
    cast(null as double) as ci_low,
    cast(null as double) as ci_high,
    n,
    comparison,
    'none' as comparison_id,
    cast(null as {{ dbt.type_string() }}) as comparison_period,
    bound_value as comparison_value,
    cast(null as bigint) as comparison_n,
    cast(null as date) as comparison_on,
    case comparison when 'bound' then 'ok' else 'not_applicable' end as comparison_status,
    value - bound_value as difference_value,
    'none' as standing,
    rule,
    cluster_id,
    owner_role,
    opened_on,
    due_on,
    severity,
    reaction_kk,
    reaction_ru,
    reaction_en,
    status
from {{ ref('mirror_listed') }}
