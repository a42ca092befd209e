-- Figures of what people answered that are withheld, since with others they would give back what is said of too few. A part, where too few
-- are left out of it; the smallest institution that is told, where those of a cluster, an oblast or the country that are not told are too
-- few between them; and an oblast or the country, where too few are in no cluster that is told. With a
-- whole its parts are withheld: one may be all of it, or all of them together.
with answered as (
    select
        j.indicator,
        j.measure,
        j.scope,
        j.scope_id,
        j.period_kind,
        j.period,
        j.n,
        j.is_told,
        k.minimum_n
    from {{ ref('indicator_judged') }} as j
    inner join {{ ref('minimum_n') }} as k on j.minimum_figure = k.figure
    where j.minimum_figure in ('mean', 'psychology') and j.formula <> 'mart' and j.n > 0
),

part as (
    {{ parts_of_figures() }}
),

apart as (
    select
        p.indicator,
        p.withheld as measure,
        a.scope,
        a.scope_id,
        a.period_kind,
        a.period
    from part as p
    inner join answered as a on p.indicator = a.indicator and p.part = a.measure
    inner join answered as w on p.indicator = w.indicator and w.measure = 'main' and {{ same_place('a', 'w') }}
    where a.is_told and w.is_told and {{ are_too_few('w.n - a.n', 'a.minimum_n') }}
),

kept as (
    select
        a.*,
        a.is_told and w.indicator is null as is_kept
    from answered as a
    left join apart as w on a.indicator = w.indicator and a.measure = w.measure and {{ same_place('a', 'w') }}
),

placed as (
    select
        k.*,
        m.scope as within,
        m.scope_id as within_id
    from kept as k
    inner join {{ ref('int_period') }} as p on k.period_kind = p.period_kind and k.period = p.period
    inner join {{ ref('int_scope_member') }} as m
        on m.member_kind = 'institution' and k.scope_id = m.member_id and p.counted_on between m.from_on and m.through_on
    where k.scope = 'institution' and m.scope <> 'institution'
),

beside as (
    select
        i.*,
        w.n - sum(case when i.is_kept then i.n else 0 end) over ({{ within_figure('i') }}) as rest_n,
        row_number() over ({{ within_figure('i') }} order by case when i.is_kept then 0 else 1 end, i.n, i.scope_id) as choice
    from placed as i
    inner join kept as w
        on
            i.indicator = w.indicator
            and i.measure = w.measure
            and i.period_kind = w.period_kind
            and i.period = w.period
            and i.within = w.scope
            and i.within_id = w.scope_id
    where w.is_kept
),

smallest as (
    select distinct
        indicator,
        measure,
        scope,
        scope_id,
        period_kind,
        period
    from beside
    where is_kept and choice = 1 and {{ are_too_few('rest_n', 'minimum_n') }}
),

-- Whether an institution is told, or a cluster that it is in.
shown as (
    select
        i.indicator,
        i.measure,
        i.period_kind,
        i.period,
        i.scope_id,
        {{ any_row("i.within = 'cluster' and coalesce(w.is_kept, false)") }} or {{ any_row('i.is_kept and s.indicator is null') }} as is_shown
    from placed as i
    left join kept as w
        on
            i.indicator = w.indicator
            and i.measure = w.measure
            and i.period_kind = w.period_kind
            and i.period = w.period
            and i.within = w.scope
            and i.within_id = w.scope_id
    left join smallest as s on i.indicator = s.indicator and i.measure = s.measure and {{ same_place('i', 's') }}
    group by i.indicator, i.measure, i.period_kind, i.period, i.scope_id
),

outside as (
    select
        i.indicator,
        i.measure,
        i.within as scope,
        i.within_id as scope_id,
        i.period_kind,
        i.period
    from placed as i
    inner join shown as s
        on
            i.indicator = s.indicator
            and i.measure = s.measure
            and i.period_kind = s.period_kind
            and i.period = s.period
            and i.scope_id = s.scope_id
    where i.within <> 'cluster' and not s.is_shown
    group by i.indicator, i.measure, i.within, i.within_id, i.period_kind, i.period
    having sum(i.n) < max(i.minimum_n)
),

back as (
    select * from smallest
    union
    select * from outside
)

select * from apart
union
select * from back
union
select
    b.indicator,
    p.part as measure,
    b.scope,
    b.scope_id,
    b.period_kind,
    b.period
from back as b
inner join part as p on b.indicator = p.indicator
where b.measure = 'main'
