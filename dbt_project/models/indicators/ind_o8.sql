-- Teachers in post who hold the category of researcher or master: by the last attestation they had passed or, without one, the newest
-- staff list. Of whom neither says, it is not known.
with attested as (
    select
        a.person_id,
        p.period,
        a.category_to,
        row_number() over (partition by a.person_id, p.period order by a.attested_on desc) as choice
    from {{ ref('fct_attestation') }} as a
    inner join {{ each_period('school_year') }} as p on a.attested_on <= p.counted_on
    where a.is_passed
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
        case coalesce(a.category_to, l.qualification_category) in ('researcher', 'master')
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
