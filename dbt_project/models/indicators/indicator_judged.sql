-- What each figure is, or why it is not told: not asked of such a cluster, the period not over, nothing delivered, nothing there, too few.
with asking as (
    select
        indicator,
        measure,
        trim(feed) as feed
    from (
        select
            code as indicator,
            'main' as measure,
            {{ elements_of('told_by') }} as feed
        from {{ ref('indicators') }}
        union all
        select
            indicator,
            measure,
            {{ elements_of('told_by') }} as feed
        from {{ ref('indicator_measures') }}
    ) as listed
    where trim(feed) <> 'none'
),

collected as (
    select distinct
        s.indicator,
        s.measure,
        f.scope,
        f.scope_id,
        f.school_year
    from asking as s
    inner join {{ ref('scope_feed') }} as f on s.feed = f.feed
),

asked as (
    select
        indicator,
        measure,
        -- What people answer, and what a cluster or a labour office reports, is never nought because nobody told it.
        max(case when feed like 'survey_%' or feed in ('education_production_kpis', 'labour_demand') then 1 else 0 end) as is_reported
    from asking
    group by indicator, measure
),

judged as (
    select
        s.*,
        case
            when concat(s.indicator, ' ', s.measure) in ({{ quoted(counted_since_autumn()) }}) then p.year_before_period
            else p.previous_period
        end as previous_period,
        b.members_n,
        b.told_n,
        b.missing_members,
        case when s.formula <> 'count' or d.indicator is not null or a.is_reported = 1 then d.numerator else cast(0 as double) end as numerator,
        d.denominator,
        case when s.formula = 'mart' then d.n else coalesce(d.n, 0) end as n,
        case when s.formula <> 'count' or d.indicator is not null or a.is_reported = 1 then d.value else cast(0 as double) end as value,
        d.value_se,
        d.ci_low,
        d.ci_high,
        case
            when not s.is_asked then 'not_applicable'
            when not p.is_over then 'not_yet_observed'
            when s.base_feed <> 'none' and b.members_n is null then 'not_applicable'
            when
                s.base_feed <> 'none'
                and b.told_n < b.members_n * case when s.scope in ('region', 'country') then {{ threshold('coverage_institutions_share') }} else 1 end
                then 'not_collected'
            when a.indicator is not null and c.indicator is null then 'not_collected'
            when s.formula = 'mart' then {{ status_of_mart('d.mart_status', 'd.value') }}
            -- Answers of which nothing can be made, as all are the same, were collected.
            when s.formula = 'ratio' and d.denominator = 0 then 'not_applicable'
            when d.value is null and (a.is_reported = 1 or (s.formula = 'count' and d.indicator is not null)) then 'not_collected'
            when s.formula <> 'count' and d.value is null then 'not_applicable'
            when coalesce(d.n < k.minimum_n, false) then 'too_few'
            else 'ok'
        end as status
    from {{ ref('indicator_spine') }} as s
    inner join {{ ref('int_period') }} as p on s.period_kind = p.period_kind and s.period = p.period
    left join {{ ref('minimum_n') }} as k on s.minimum_figure = k.figure
    left join asked as a on s.indicator = a.indicator and s.measure = a.measure
    left join collected as c
        on
            s.indicator = c.indicator
            and s.measure = c.measure
            and s.scope = c.scope
            and s.scope_id = c.scope_id
            and p.school_year = c.school_year
    left join {{ ref('scope_base') }} as b
        on
            s.base_feed = b.base_feed
            and s.scope = b.scope
            and s.scope_id = b.scope_id
            and s.period_kind = b.period_kind
            and s.period = b.period
    left join {{ ref('indicator_part') }} as d
        on
            s.indicator = d.indicator
            and s.measure = d.measure
            and s.scope = d.scope
            and s.scope_id = d.scope_id
            and s.period_kind = d.period_kind
            and s.period = d.period
)

-- Of few people a share is marked and stays; what people answered, and what pupils reached, is not told. Another mart has judged that.
select
    *,
    status = 'ok' or (status = 'too_few' and value is not null and (minimum_figure = 'index' or formula = 'mart')) as is_told
from judged
