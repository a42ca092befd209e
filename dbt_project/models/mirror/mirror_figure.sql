-- Every line of the page of every school, told or not. Figures of surveys, young teachers and mentors are hidden under so many people, with
-- everything from which they could be had back.
with asking as (
    select
        code as indicator,
        {{ elements_of('told_by') }} as feed
    from {{ ref('indicators') }}
),

asked as (
    select distinct indicator from asking
    where trim(feed) <> 'none'
),

collected as (
    select distinct
        a.indicator,
        f.scope_id as institution_id,
        f.school_year
    from asking as a
    inner join {{ ref('scope_feed') }} as f on trim(a.feed) = f.feed
    where f.scope = 'institution'
),

told as (
    select
        s.institution_id,
        s.group_id,
        l.*,
        case
            when i.indicator is not null then i.value
            when l.formula = 'count' and (a.indicator is null or c.indicator is not null) then cast(0 as double)
        end as value,
        i.value_se,
        i.ci_low,
        i.ci_high,
        case
            when i.indicator is not null then i.n
            when l.formula = 'count' and (a.indicator is null or c.indicator is not null) then cast(0 as bigint)
        end as n,
        coalesce(i.trend, 'none') as trend,
        case l.counted_people when 'n' then coalesce(i.n, 0) when 'pairs' then coalesce(m.people_n, 0) end as people_n,
        case
            when i.indicator is not null then i.status
            when l.base_feed <> 'none' and b.members_n is null then 'not_applicable'
            when l.base_feed <> 'none' and b.told_n < b.members_n then 'not_collected'
            when a.indicator is not null and c.indicator is null then 'not_collected'
            when l.formula = 'count' then 'ok'
            else 'not_applicable'
        end as status
    from {{ ref('mirror_school') }} as s
    cross join {{ ref('mirror_line') }} as l
    left join {{ ref('cluster_indicator') }} as i
        on
            i.scope = 'institution'
            and s.institution_id = i.scope_id
            and l.indicator = i.indicator
            and l.measure = i.measure
            and l.period_kind = i.period_kind
            and l.period = i.period
    left join asked as a on l.indicator = a.indicator
    left join collected as c
        on l.indicator = c.indicator and s.institution_id = c.institution_id and l.school_year = c.school_year
    left join {{ ref('scope_base') }} as b
        on
            b.scope = 'institution'
            and l.base_feed = b.base_feed
            and s.institution_id = b.scope_id
            and l.period_kind = b.period_kind
            and l.period = b.period
    left join {{ ref('mirror_people') }} as m
        on
            l.indicator = m.indicator
            and s.institution_id = m.institution_id
            and l.period_kind = m.period_kind
            and l.period = m.period
),

-- Marks of each subject stand under the line of all.
together as (
    select
        *,
        'all' as detail
    from told
    union all
    select
        s.institution_id,
        s.group_id,
        l.*,
        m.value,
        m.value_se,
        m.ci_low,
        m.ci_high,
        m.n,
        'none' as trend,
        cast(null as bigint) as people_n,
        m.status,
        m.subject as detail
    from {{ ref('mirror_subject') }} as m
    inner join {{ ref('mirror_school') }} as s on m.scope_id = s.institution_id
    inner join {{ ref('mirror_line') }} as l on m.period_kind = l.period_kind and m.period = l.period
    where l.indicator = 'SM' and l.measure = 'main'
),

judged as (
    select
        *,
        least_n > 0 and status in ('ok', 'too_few') and coalesce(people_n, 0) < least_n as is_hidden
    from together
)

select
    institution_id,
    group_id,
    line_no,
    detail,
    question,
    panel,
    indicator,
    measure,
    comparisons,
    counted_people,
    least_n,
    owner_role,
    better_sign,
    period_kind,
    period,
    counted_on,
    ends_on,
    is_last,
    {{ mirror_shown(['value', 'value_se', 'ci_low', 'ci_high', 'n']) }},
    case when status in ('ok', 'too_few') and not is_hidden then trend else 'none' end as trend,
    people_n,
    is_hidden,
    case when is_hidden then 'too_few' else status end as status
from judged
