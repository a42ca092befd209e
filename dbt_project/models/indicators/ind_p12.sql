-- Portfolios of students in practicum in the period, as they were on its last day.
with owner as (
    select distinct
        student_id,
        institution_id,
        cluster_id,
        period_kind,
        period,
        period_starts_on,
        period_ends_on
    from {{ placements_running('semester') }} as r
),

artefact as (
    select
        a.person_id,
        a.kind,
        a.created_on,
        a.assessed_on,
        a.rubric_score,
        r.required as is_required
    from {{ ref('fct_portfolio_artefact') }} as a
    inner join {{ ref('portfolio_requirements') }} as r on a.kind = r.kind
),

portfolio as (
    select
        o.student_id,
        o.institution_id,
        o.cluster_id,
        o.period_kind,
        o.period,
        count(distinct case when a.is_required then a.kind end) as kinds_n,
        max(a.created_on) >= o.period_starts_on as is_updated,
        -- A score without a day has stood since the artefact was there.
        cast(sum(case when coalesce(a.assessed_on <= o.period_ends_on, true) then a.rubric_score end) as double)
        / nullif(count(case when coalesce(a.assessed_on <= o.period_ends_on, true) then a.rubric_score end), 0) as rubric_score
    from owner as o
    inner join artefact as a on o.student_id = a.person_id and o.period_ends_on >= a.created_on
    group by o.student_id, o.institution_id, o.cluster_id, o.period_kind, o.period, o.period_starts_on
),

required as (
    select
        p.*,
        r.required_n
    from portfolio as p
    cross join (
        select count(*) as required_n
        from {{ ref('portfolio_requirements') }}
        where required
    ) as r
)

{{ indicator([
    ratio_of('required', 'kinds_n', 'required_n', unit='student_id', by='both', counted='rows'),
    share_of('portfolio', 'is_updated', unit='student_id', by='both', measure='updated'),
    mean_of('portfolio', 'rubric_score', unit='student_id', by='both', measure='rubric'),
]) }}
