-- Figures of what people answered that are withheld, since with others they would give back what is said of too few. A part, where too few
-- are left out of it; the smallest institution that is told, where those of a cluster, an oblast or the country that are not told are too
-- few between them; and an oblast or the country, where too few are in no cluster that is told. With a
-- whole its parts are withheld: one may be all of it, or all of them together.
with answered as (
    select
        j.figure_no,
        j.scope,
        j.scope_id,
        j.period_key,
        j.n,
        j.is_told,
        k.minimum_n
    from {{ ref('indicator_judged') }} as j
    inner join {{ ref('indicator_figure') }} as f on j.figure_no = f.figure_no
    inner join {{ ref('minimum_n') }} as k on f.minimum_figure = k.figure
    where f.minimum_figure in ('mean', 'psychology') and f.formula <> 'mart' and j.n > 0
),

part as (
    select
        f.figure_no as part_no,
        m.figure_no as main_no,
        w.figure_no as withheld_no
    from ({{ parts_of_figures() }}) as p
    inner join {{ ref('indicator_figure') }} as f on p.indicator = f.indicator and p.part = f.measure
    inner join {{ ref('indicator_figure') }} as m on p.indicator = m.indicator and m.measure = 'main'
    inner join {{ ref('indicator_figure') }} as w on p.indicator = w.indicator and p.withheld = w.measure
),

apart as (
    select
        p.withheld_no as figure_no,
        a.scope,
        a.scope_id,
        a.period_key
    from part as p
    inner join answered as a on p.part_no = a.figure_no
    inner join answered as w on p.main_no = w.figure_no and {{ same_place('a', 'w') }}
    where a.is_told and w.is_told and {{ are_too_few('w.n - a.n', 'a.minimum_n') }}
),

kept as (
    select
        a.*,
        a.is_told and w.figure_no is null as is_kept
    from answered as a
    left join apart as w on a.figure_no = w.figure_no and {{ same_place('a', 'w') }}
),

placed as (
    select
        k.*,
        m.scope as within,
        m.scope_id as within_id
    from kept as k
    inner join {{ ref('int_period') }} as p on k.period_key = p.period_key
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
            i.figure_no = w.figure_no
            and i.period_key = w.period_key
            and i.within = w.scope
            and i.within_id = w.scope_id
    where w.is_kept
),

smallest as (
    select distinct
        figure_no,
        scope,
        scope_id,
        period_key
    from beside
    where is_kept and choice = 1 and {{ are_too_few('rest_n', 'minimum_n') }}
),

-- Whether an institution is told, or a cluster that it is in.
shown as (
    select
        i.figure_no,
        i.period_key,
        i.scope_id,
        {{ any_row("i.within = 'cluster' and coalesce(w.is_kept, false)") }} or {{ any_row('i.is_kept and s.figure_no is null') }} as is_shown
    from placed as i
    left join kept as w
        on
            i.figure_no = w.figure_no
            and i.period_key = w.period_key
            and i.within = w.scope
            and i.within_id = w.scope_id
    left join smallest as s on i.figure_no = s.figure_no and {{ same_place('i', 's') }}
    group by i.figure_no, i.period_key, i.scope_id
),

outside as (
    select
        i.figure_no,
        i.within as scope,
        i.within_id as scope_id,
        i.period_key
    from placed as i
    inner join shown as s
        on i.figure_no = s.figure_no and i.period_key = s.period_key and i.scope_id = s.scope_id
    where i.within <> 'cluster' and not s.is_shown
    group by i.figure_no, i.within, i.within_id, i.period_key
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
    p.part_no as figure_no,
    b.scope,
    b.scope_id,
    b.period_key
from back as b
inner join part as p on b.figure_no = p.main_no
