-- What each figure is, or why it is not told: not asked of such a cluster, the period not over, nothing delivered, nothing there, too few.
-- Figures and periods go by their numbers, as this is the longest of all tables.
with numbered as (
    select
        figure_no,
        told_by,
        dense_rank() over (order by told_by) as feeds_no
    from {{ ref('indicator_figure') }}
    where told_by <> 'none'
),

-- Many figures are told by the same feeds.
asking as (
    select distinct
        feeds_no,
        trim(feed) as feed
    from (
        select
            feeds_no,
            {{ elements_of('told_by') }} as feed
        from numbered
    ) as listed
),

collected as (
    select distinct
        s.feeds_no,
        f.scope,
        f.scope_id,
        f.school_year
    from asking as s
    inner join {{ ref('scope_feed') }} as f on s.feed = f.feed
),

asked as (
    select
        n.figure_no,
        n.feeds_no,
        -- What people answer, and what a cluster or a labour office reports, is never nought because nobody told it.
        max(case when s.feed like 'survey_%' or s.feed in ('education_production_kpis', 'labour_demand') then 1 else 0 end) as is_reported
    from numbered as n
    inner join asking as s on n.feeds_no = s.feeds_no
    group by n.figure_no, n.feeds_no
),

judged as (
    select
        s.figure_no,
        s.scope,
        s.scope_id,
        s.formula,
        s.minimum_figure,
        s.denominator,
        s.value_se,
        s.ci_low,
        s.ci_high,
        p.period_key,
        case
            when concat(s.indicator, ' ', s.measure) in ({{ quoted(counted_since_autumn()) }}) then p.year_before_key
            else p.previous_key
        end as previous_key,
        b.members_n,
        b.told_n,
        b.missing_members,
        case when s.formula <> 'count' or s.is_counted or a.is_reported = 1 then s.numerator else cast(0 as double) end as numerator,
        case when s.formula = 'mart' then s.n else coalesce(s.n, 0) end as n,
        case when s.formula <> 'count' or s.is_counted or a.is_reported = 1 then s.value else cast(0 as double) end as value,
        case
            when not s.is_asked then 'not_applicable'
            when not p.is_over then 'not_yet_observed'
            when s.base_feed <> 'none' and b.members_n is null then 'not_applicable'
            when
                s.base_feed <> 'none'
                and b.told_n < b.members_n * case when s.scope in ('region', 'country') then {{ threshold('coverage_institutions_share') }} else 1 end
                then 'not_collected'
            when a.feeds_no is not null and c.feeds_no is null then 'not_collected'
            when s.formula = 'mart' then {{ status_of_mart('s.mart_status', 's.value') }}
            -- Answers of which nothing can be made, as all are the same, were collected.
            when s.formula = 'ratio' and s.denominator = 0 then 'not_applicable'
            when s.value is null and (a.is_reported = 1 or (s.formula = 'count' and s.is_counted)) then 'not_collected'
            when s.formula <> 'count' and s.value is null then 'not_applicable'
            when coalesce(s.n < k.minimum_n, false) then 'too_few'
            else 'ok'
        end as status
    from {{ ref('indicator_spine') }} as s
    -- Each has one: as an inner join DuckDB takes it for a filter, and hashes all figures in the joins that follow.
    left join {{ ref('int_period') }} as p on s.period_kind = p.period_kind and s.period = p.period
    left join {{ ref('minimum_n') }} as k on s.minimum_figure = k.figure
    left join asked as a on s.figure_no = a.figure_no
    left join collected as c
        on a.feeds_no = c.feeds_no and s.scope = c.scope and s.scope_id = c.scope_id and p.school_year = c.school_year
    left join {{ ref('scope_base') }} as b
        on
            s.base_feed = b.base_feed
            and s.scope = b.scope
            and s.scope_id = b.scope_id
            and s.period_kind = b.period_kind
            and s.period = b.period
)

-- Of few people a share is marked and stays; what people answered, and what pupils reached, is not told. Another mart has judged that.
select
    figure_no,
    scope,
    scope_id,
    period_key,
    previous_key,
    members_n,
    told_n,
    missing_members,
    numerator,
    denominator,
    n,
    value,
    value_se,
    ci_low,
    ci_high,
    status,
    status = 'ok' or (status = 'too_few' and value is not null and (minimum_figure = 'index' or formula = 'mart')) as is_told
from judged
