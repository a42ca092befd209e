-- Teachers in post who hold the category of researcher or master: by what the last attestation left them, passed or not, or by what they
-- came with to the next, and only without either by the newest staff list, which says nothing of earlier years. Else it is not known.
with attested as (
    select
        a.person_id,
        p.period,
        case when a.attested_on <= p.counted_on then a.category_to else a.category_from end as category,
        row_number() over (
            partition by a.person_id, p.period
            order by
                case when a.attested_on <= p.counted_on then 0 else 1 end asc,
                case when a.attested_on <= p.counted_on then a.attested_on end desc,
                a.attested_on asc,
                a.category_from asc,
                a.category_to asc
        ) as choice
    from {{ ref('fct_attestation') }} as a
    cross join {{ each_period('school_year') }} as p
),

listed as (
    select
        person_id,
        qualification_category,
        row_number() over (partition by person_id order by confirmed_on desc nulls last, start_date desc, institution_id asc, position asc) as choice
    from {{ linked('staff_employment', ['person_id']) }} as s
    where qualification_category is not null and {{ is_known('start_date') }}
),

teacher as (
    select
        t.institution_id,
        t.shared_no,
        t.period_kind,
        t.period,
        case coalesce(a.category, l.qualification_category) in ('researcher', 'master')
            when true then 1
            when false then 0
        end as is_high
    from {{ teachers_in_post('school_year') }} as t
    inner join {{ ref('int_person') }} as n on t.person_no = n.person_no
    left join attested as a on n.person_id = a.person_id and t.period = a.period and a.choice = 1
    left join listed as l on n.person_id = l.person_id and l.choice = 1
),

known as (
    select * from teacher
    where is_high is not null
)

{{ indicator([
    count_of('teacher', 'is_high', unit='shared_no'),
    share_of('known', 'is_high = 1', unit='shared_no', measure='among_known'),
]) }}
