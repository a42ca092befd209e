-- Psychologists and social pedagogues of the schools whose staff list tells of the year. They hold no teaching post, so that they are read
-- from the list itself, by the days of their posts.
with listed as (
    select
        i.institution_id,
        i.period_kind,
        i.period,
        i.school_year,
        i.counted_on
    from {{ institutions_open('school_year', ['school', 'small_school']) }} as i
    inner join {{ ref('int_staff_list_state') }} as s on i.institution_id = s.institution_id
    where s.heard_on >= {{ school_year_start('i.school_year') }}
),

post as (
    select
        l.institution_id,
        l.period,
        count(*) as posts_n,
        count(case when s.position_group = 'psychologist' then 1 end) as psychologists_n,
        sum(case when s.position_group = 'psychologist' then s.load_fte end) as psychologists_fte
    from listed as l
    inner join {{ linked('staff_employment', ['person_id']) }} as s on l.institution_id = s.institution_id
    where
        s.position_group in ('psychologist', 'social_pedagogue')
        and s.start_date <= l.counted_on
        and coalesce(s.end_date >= l.counted_on, true)
        and coalesce(s.end_reason <> 'not_started', true)
    group by l.institution_id, l.period
)

select
    l.institution_id,
    l.period_kind,
    l.period,
    l.school_year,
    l.counted_on,
    cast(case when coalesce(p.psychologists_n, 0) = 0 then 0 else p.psychologists_fte end as decimal(18, 4)) as psychologists_fte,
    p.posts_n is not null as has_post
from listed as l
left join post as p on l.institution_id = p.institution_id and l.period = p.period
