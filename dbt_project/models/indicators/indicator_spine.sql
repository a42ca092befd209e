-- Every figure of every cluster, oblast and of the country in every period, told or not, with what the registry says of it and what was
-- counted. Of an institution only what it has anything of: it need not take part in everything.
{{ config(materialized='view') }}
{%- set scales = {'month': 1, 'quarter': 2, 'semester': 3, 'school_year': 4} %}
with measure as (
    select
        code as indicator,
        'main' as measure,
        formula,
        direction,
        minimum_figure,
        {{ scale_of('frequency', scales) }} as scale_no,
        owner_role,
        scopes,
        cluster_kinds,
        base_feed
    from {{ ref('indicators') }}
    where code in ({{ quoted(indicator_codes() | map('upper')) }})
    union all
    select
        m.indicator,
        m.measure,
        m.formula,
        m.direction,
        m.minimum_figure,
        {{ scale_of('i.frequency', scales) }} as scale_no,
        i.owner_role,
        i.scopes,
        i.cluster_kinds,
        m.base_feed
    from {{ ref('indicator_measures') }} as m
    inner join {{ ref('indicators') }} as i on m.indicator = i.code
),

numbered as (
    select
        *,
        cast(row_number() over (order by indicator, measure) as int) as figure_no
    from measure
),

asked as (
    select
        m.figure_no,
        m.indicator,
        m.measure,
        s.scope,
        s.scope_id,
        s.cluster_kind,
        p.period_kind,
        p.period
    from numbered as m
    inner join {{ ref('scope_place') }} as s on m.scopes like concat('%', s.scope, '%')
    inner join {{ ref('int_period') }} as p on {{ scale_of('p.period_kind', scales) }} >= m.scale_no
    where coalesce(s.from_on <= p.ends_on, true)
),

part as (
    select
        a.*,
        {{ part_columns('d') }}
    from asked as a
    left join {{ ref('indicator_part') }} as d
        on
            a.indicator = d.indicator
            and a.measure = d.measure
            and a.scope = d.scope
            and a.scope_id = d.scope_id
            and a.period_kind = d.period_kind
            and a.period = d.period
    union all
    select
        m.figure_no,
        d.indicator,
        d.measure,
        d.scope,
        d.scope_id,
        cast(null as {{ dbt.type_string() }}) as cluster_kind,
        d.period_kind,
        d.period,
        {{ part_columns('d') }}
    from {{ ref('indicator_part') }} as d
    inner join numbered as m on d.indicator = m.indicator and d.measure = m.measure
    where d.scope = 'institution' and m.scopes like '%institution%'
)

select
    s.*,
    m.formula,
    m.minimum_figure,
    m.owner_role,
    m.base_feed,
    case m.direction when 'higher' then 1 when 'lower' then -1 else 0 end as better_sign,
    coalesce(m.cluster_kinds like concat('%', s.cluster_kind, '%'), true) as is_asked
from part as s
inner join numbered as m on s.figure_no = m.figure_no
