-- Where a feed has told something, or a file of it came: there what is not told is nought, elsewhere it is not known.
with year as (
    select distinct
        school_year,
        year_starts_on,
        {{ add_days(add_months('year_starts_on', 12), -1) }} as year_ends_on
    from {{ ref('int_period') }}
),

-- As rows are counted: one that names a cluster and an institution is told for no other cluster of the institution.
placed as (
    select
        feed,
        school_year,
        'institution' as member_kind,
        institution_id as member_id,
        cluster_id is not null as names_both
    from {{ ref('scope_told') }}
    where institution_id is not null
    union all
    select
        feed,
        school_year,
        'cluster' as member_kind,
        cluster_id as member_id,
        institution_id is not null as names_both
    from {{ ref('scope_told') }}
    where cluster_id is not null
)

select distinct
    t.feed,
    m.scope,
    m.scope_id,
    y.school_year
from placed as t
inner join year as y on t.school_year in (y.school_year, 'all')
inner join {{ ref('int_scope_member') }} as m
    on
        t.member_kind = m.member_kind
        and t.member_id = m.member_id
        and y.year_ends_on >= m.from_on
        and y.year_starts_on <= m.through_on
where not t.names_both or (t.member_kind = 'cluster') = (m.scope = 'cluster')
