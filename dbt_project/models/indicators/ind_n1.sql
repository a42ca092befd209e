-- Organisations that are members at the end of the school year, all and by kind, and how many there are for one a year before.
with member as (
    select
        m.cluster_id,
        m.institution_id,
        p.period_kind,
        p.period,
        case
            when i.kind in ('school', 'small_school') then 'school'
            when i.kind in ('college', 'university') then i.kind
            else 'other'
        end as kind,
        case
            when
                m.joined_on <= p.counted_on
                and coalesce(m.left_on >= p.counted_on, true)
                and coalesce(i.closed_on > p.counted_on, true)
                then 1
            else 0
        end as is_now,
        case
            when
                m.joined_on <= q.counted_on
                and coalesce(m.left_on >= q.counted_on, true)
                and coalesce(i.closed_on > q.counted_on, true)
                then 1
            else 0
        end as was_before
    from {{ ref('bridge_cluster_member') }} as m
    inner join {{ ref('int_institutions__accepted') }} as i on m.institution_id = i.institution_id
    cross join {{ each_period('school_year') }} as p
    left join {{ ref('int_period') }} as q on p.period_kind = q.period_kind and p.previous_period = q.period
),

present as (
    select * from member
    where is_now = 1
),

compared as (
    select * from member
    where is_now + was_before > 0
)

{{ indicator([
    count_of('present', unit='institution_id', by='both'),
    count_of("(select * from present where kind = 'school')", unit='institution_id', by='both', measure='schools'),
    count_of("(select * from present where kind = 'college')", unit='institution_id', by='both', measure='colleges'),
    count_of("(select * from present where kind = 'university')", unit='institution_id', by='both', measure='universities'),
    count_of("(select * from present where kind = 'other')", unit='institution_id', by='both', measure='others'),
    ratio_of('compared', 'is_now', 'was_before', unit='institution_id', by='both', measure='growth'),
]) }}
