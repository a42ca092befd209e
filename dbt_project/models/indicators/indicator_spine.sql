-- Every figure of every cluster, oblast and of the country in every period, told or not, with what the registry says of it and what was
-- counted. Of an institution only what it has anything of: it need not take part in everything.
{{ config(materialized='view') }}
with asked as (
    select
        m.figure_no,
        m.indicator,
        m.measure,
        s.scope,
        s.scope_id,
        s.cluster_kind,
        p.period_kind,
        p.period
    from {{ ref('indicator_figure') }} as m
    inner join {{ ref('scope_place') }} as s on m.scopes like concat('%', s.scope, '%')
    inner join {{ ref('int_period') }} as p on {{ scale_of('p.period_kind') }} >= m.scale_no
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
    inner join {{ ref('indicator_figure') }} as m on d.indicator = m.indicator and d.measure = m.measure
    where d.scope = 'institution' and m.scopes like '%institution%'
)

select
    s.*,
    m.formula,
    m.minimum_figure,
    m.base_feed,
    m.told_by,
    coalesce(m.cluster_kinds like concat('%', s.cluster_kind, '%'), true) as is_asked
from part as s
inner join {{ ref('indicator_figure') }} as m on s.figure_no = m.figure_no
