-- What the figures of a school are compared with: the period before, its clusters, similar schools, and what was decided of it or of them.
with last_figure as (
    select * from {{ ref('mirror_figure') }}
    where is_last and detail = 'all'
),

alike as (
    select
        group_id,
        line_no,
        median(value) as value,
        cast(count(value) as bigint) as n
    from last_figure
    group by group_id, line_no
),

-- What is decided of a school holds for it; where nothing is, what is decided of its clusters.
decided as (
    select
        f.institution_id,
        f.line_no,
        f.ends_on,
        g.segment_value as goal_of,
        g.baseline_value,
        g.baseline_on,
        g.target_value,
        g.target_on,
        g.segment = 'institution' as is_own,
        max(case when g.segment = 'institution' then 1 else 0 end) over (partition by f.institution_id, f.line_no) as own_n
    from last_figure as f
    inner join (
        select
            member_id as institution_id,
            case when scope = 'cluster' then from_on else cast('0001-01-01' as date) end as from_on,
            through_on,
            scope,
            scope_id
        from {{ ref('int_scope_member') }}
        where scope in ('institution', 'cluster') and member_kind = 'institution'
    ) as m on f.institution_id = m.institution_id
    inner join {{ ref('int_target') }} as g on m.scope = g.segment and m.scope_id = g.segment_value and f.indicator = g.indicator
    where f.measure = 'main' and f.counted_on between m.from_on and m.through_on
),

goal as (
    select * from decided
    where is_own or own_n = 0
)

select
    institution_id,
    line_no,
    detail,
    'previous_period' as comparison,
    'none' as comparison_id,
    period,
    value,
    n,
    ends_on as stands_on,
    status
from {{ ref('mirror_figure') }}
where not is_last
union all
select
    institution_id,
    line_no,
    'all' as detail,
    'cluster' as comparison,
    cluster_id as comparison_id,
    period,
    value,
    n,
    cast(null as date) as stands_on,
    status
from {{ ref('mirror_cluster') }}
union all
select
    f.institution_id,
    f.line_no,
    'all' as detail,
    'similar_schools' as comparison,
    f.group_id as comparison_id,
    f.period,
    case when a.n >= {{ minimum_n('similar_schools') }} then a.value end as value,
    a.n,
    cast(null as date) as stands_on,
    case when a.n >= {{ minimum_n('similar_schools') }} then 'ok' else 'too_few' end as status
from last_figure as f
inner join alike as a on f.group_id = a.group_id and f.line_no = a.line_no
union all
{{ mirror_goals('goal') }}
