-- No indicator is ever absent of a cluster, an oblast or the country: where it cannot be told, the status says why.
{%- set scales = {'month': 1, 'quarter': 2, 'semester': 3, 'school_year': 4} %}
{%- set keys = ['indicator', 'measure', 'scope', 'scope_id', 'period_kind', 'period'] %}
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

scope as (
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
),

-- Of an institution only what it has anything of: it need not take part in everything.
spine as (
    select
        m.indicator,
        m.measure,
        s.scope,
        s.scope_id,
        s.cluster_kind,
        p.period_kind,
        p.period
    from measure as m
    inner join scope as s on m.scopes like concat('%', s.scope, '%')
    inner join {{ ref('int_period') }} as p on {{ scale_of('p.period_kind', scales) }} >= m.scale_no
    where coalesce(s.from_on <= p.ends_on, true)
    union all
    select
        d.indicator,
        d.measure,
        d.scope,
        d.scope_id,
        cast(null as {{ dbt.type_string() }}) as cluster_kind,
        d.period_kind,
        d.period
    from {{ ref('indicator_part') }} as d
    inner join measure as m on d.indicator = m.indicator and d.measure = m.measure
    where d.scope = 'institution' and m.scopes like '%institution%'
),

asking as (
    select
        indicator,
        trim(feed) as feed
    from (
        select
            code as indicator,
            {{ elements_of('told_by') }} as feed
        from {{ ref('indicators') }}
    ) as listed
    where trim(feed) <> 'none'
),

collected as (
    select distinct
        s.indicator,
        f.scope,
        f.scope_id,
        f.school_year
    from asking as s
    inner join {{ ref('scope_feed') }} as f on s.feed = f.feed
),

asked as (
    select
        indicator,
        max(case when feed like 'survey_%' then 1 else 0 end) as asks_people
    from asking
    group by indicator
),

judged as (
    select
        s.*,
        p.previous_period,
        m.formula,
        m.owner_role,
        m.minimum_figure,
        case m.direction when 'higher' then 1 when 'lower' then -1 else 0 end as better_sign,
        b.members_n,
        b.told_n,
        b.missing_members,
        d.numerator,
        d.denominator,
        coalesce(d.n, 0) as n,
        case when m.formula = 'count' then coalesce(d.value, cast(0 as double)) else d.value end as value,
        d.value_se,
        d.ci_low,
        d.ci_high,
        case
            when s.cluster_kind is not null and m.cluster_kinds not like concat('%', s.cluster_kind, '%') then 'not_applicable'
            when not p.is_over then 'not_yet_observed'
            when m.base_feed <> 'none' and b.members_n is null then 'not_applicable'
            when
                m.base_feed <> 'none'
                and b.told_n < b.members_n * case when s.scope in ('region', 'country') then {{ threshold('coverage_institutions_share') }} else 1 end
                then 'not_collected'
            when a.indicator is not null and c.indicator is null then 'not_collected'
            when m.formula <> 'count' and d.value is null and a.asks_people = 1 then 'not_collected'
            when m.formula <> 'count' and d.value is null then 'not_applicable'
            when coalesce(d.n < k.minimum_n, false) then 'too_few'
            else 'ok'
        end as status
    from spine as s
    inner join measure as m on s.indicator = m.indicator and s.measure = m.measure
    inner join {{ ref('int_period') }} as p on s.period_kind = p.period_kind and s.period = p.period
    left join {{ ref('minimum_n') }} as k on m.minimum_figure = k.figure
    left join asked as a on s.indicator = a.indicator
    left join collected as c
        on s.indicator = c.indicator and s.scope = c.scope and s.scope_id = c.scope_id and p.school_year = c.school_year
    left join {{ ref('scope_base') }} as b
        on
            m.base_feed = b.base_feed
            and s.scope = b.scope
            and s.scope_id = b.scope_id
            and s.period_kind = b.period_kind
            and s.period = b.period
    left join {{ ref('indicator_part') }} as d
        on {% for key in keys %}s.{{ key }} = d.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
),

-- Of few people a share is marked and stays; what people answered, and what pupils reached, is not told.
told as (
    select
        *,
        status = 'ok' or (status = 'too_few' and minimum_figure = 'index') as is_told
    from judged
),

-- The newest decision that was taken by the last day of the period.
decided as (
    select
        t.indicator,
        t.scope,
        case when t.scope = 'country' then 'all' else t.scope_id end as scope_id,
        p.period_kind,
        p.period,
        cast(t.baseline_value as double) as baseline,
        t.baseline_on,
        cast(t.target_value as double) as target,
        t.target_on,
        row_number() over (
            partition by t.indicator, t.scope, t.scope_id, p.period_kind, p.period order by t.set_on desc
        ) as choice
    from {{ ref('fct_target') }} as t
    inner join {{ ref('int_period') }} as p on t.set_on <= p.ends_on
)

select
    {{ as_of() }} as as_of_on,
    t.indicator,
    t.measure,
    t.scope,
    t.scope_id,
    case when t.scope = 'cluster' then t.scope_id end as cluster_id,
    t.period_kind,
    t.period,
    t.owner_role,
    case when t.is_told then t.value end as value,
    case when t.is_told then t.numerator end as numerator,
    case when t.is_told then t.denominator end as denominator,
    case when t.is_told or t.status = 'too_few' then t.n end as n,
    case when t.is_told then t.value_se end as value_se,
    case when t.is_told then t.ci_low end as ci_low,
    case when t.is_told then t.ci_high end as ci_high,
    g.baseline,
    g.baseline_on,
    g.target,
    g.target_on,
    case when t.is_told and e.is_told then t.value - e.value end as change_value,
    case
        when not coalesce(t.is_told and e.is_told, false) then 'none'
        when not {{ has_changed('t', 'e') }} then 'same'
        when t.better_sign = 0 then 'none'
        when (t.value - e.value) * t.better_sign > 0 then 'better'
        else 'worse'
    end as trend,
    case
        when not t.is_told or t.better_sign = 0 then 'none'
        when (t.value - g.target) * t.better_sign >= 0 then 'target_met'
        when (t.value - g.baseline) * t.better_sign > 0 then 'better_than_baseline'
        when g.baseline is not null then 'no_better_than_baseline'
        when g.target is not null then 'short_of_target'
        else 'none'
    end as band,
    t.members_n,
    t.told_n as delivered_n,
    cast(t.told_n as double) / t.members_n as completeness_share,
    t.missing_members,
    t.status
from told as t
left join told as e
    on
        t.indicator = e.indicator
        and t.measure = e.measure
        and t.scope = e.scope
        and t.scope_id = e.scope_id
        and t.period_kind = e.period_kind
        and t.previous_period = e.period
left join decided as g
    on
        t.indicator = g.indicator
        and t.measure = 'main'
        and t.scope = g.scope
        and t.scope_id = g.scope_id
        and t.period_kind = g.period_kind
        and t.period = g.period
        and g.choice = 1
