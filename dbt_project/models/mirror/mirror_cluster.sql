-- What the clusters of a school reach, of the figures that are asked of clusters of their kind. Who knows the figure of a cluster and those of the
-- schools that are shown knows that of all its others together: where these are fewer people than the figure asks for, it is withheld.
with member as (
    select
        f.line_no,
        f.institution_id,
        m.scope_id as cluster_id,
        f.people_n,
        case when f.value is null then 0 else f.people_n end as shown_n,
        f.is_hidden
    from {{ ref('mirror_figure') }} as f
    inner join {{ ref('int_scope_member') }} as m
        on m.scope = 'cluster' and m.member_kind = 'institution' and f.institution_id = m.member_id
    where f.is_last and f.detail = 'all' and f.counted_on between m.from_on and m.through_on
),

counted as (
    select
        line_no,
        cluster_id,
        sum(people_n) as people_n,
        sum(shown_n) as shown_n,
        count(case when is_hidden then 1 end) as hidden_n
    from member
    group by line_no, cluster_id
),

cluster_people as (
    select
        l.line_no,
        l.least_n,
        i.scope_id as cluster_id,
        i.period,
        i.value,
        i.n,
        i.status,
        case l.counted_people when 'n' then coalesce(i.n, 0) else coalesce(c.people_n, 0) end as people_n,
        coalesce(c.shown_n, 0) as shown_n,
        coalesce(c.hidden_n, 0) as hidden_n
    from {{ ref('mirror_line') }} as l
    inner join {{ ref('cluster_indicator') }} as i
        on
            i.scope = 'cluster'
            and l.indicator = i.indicator
            and l.measure = i.measure
            and l.period_kind = i.period_kind
            and l.period = i.period
    inner join {{ ref('dim_cluster') }} as d on i.scope_id = d.cluster_id
    inner join {{ ref('indicators') }} as r on l.indicator = r.code and r.cluster_kinds like concat('%', d.kind, '%')
    left join counted as c on l.line_no = c.line_no and i.scope_id = c.cluster_id
    where l.is_last
),

cluster_figure as (
    select
        *,
        people_n < least_n and value is not null as is_of_few,
        value is not null
        and people_n - shown_n < least_n
        and (people_n - shown_n > 0 or hidden_n > 0) as gives_away
    from cluster_people
)

select
    m.institution_id,
    m.line_no,
    c.cluster_id,
    c.period,
    case when not c.is_of_few and not c.gives_away then c.value end as value,
    case when not c.is_of_few and not c.gives_away then c.n end as n,
    case when c.is_of_few then 'too_few' when c.gives_away then 'suppressed_secondary' else c.status end as status
from member as m
inner join cluster_figure as c on m.line_no = c.line_no and m.cluster_id = c.cluster_id
