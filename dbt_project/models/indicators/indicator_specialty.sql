-- Who studies a specialty on 31 December, and the vacancies that its oblast has for it in the calendar year that ends then. It is told under
-- the school year that begins in the calendar year. What an oblast gives for itself holds before the sum of the places below it.
with year as (
    select distinct
        p.school_year,
        cast(substr(p.school_year, 1, 4) as int) as calendar_year,
        cast(concat(substr(p.school_year, 1, 4), '-12-31') as date) as ends_on
    from {{ ref('int_period') }} as p
),

demand as (
    select
        p.oblast_code,
        d.specialty_code,
        d.calendar_year,
        coalesce(max(case when d.region_code = p.oblast_code then d.vacancies_n end), sum(d.vacancies_n)) as vacancies_n
    from {{ ref('fct_labour_demand') }} as d
    inner join {{ ref('int_region_place') }} as p on d.region_code = p.region_code
    where p.oblast_code is not null
    group by p.oblast_code, d.specialty_code, d.calendar_year
),

learner as (
    select distinct
        s.person_id,
        s.institution_id,
        g.specialty_code,
        y.school_year,
        y.calendar_year
    from {{ linked('studies', ['person_id']) }} as s
    inner join {{ ref('dim_programme') }} as g on s.programme_code = g.programme_code and s.institution_id = g.institution_id
    inner join year as y on s.start_date <= y.ends_on and coalesce(s.end_date >= y.ends_on, s.status = 'studying')
    where g.specialty_code is not null and y.ends_on <= {{ as_of() }}
)

select
    l.person_id,
    l.institution_id,
    l.specialty_code,
    l.school_year,
    coalesce(p.oblast_code, 'unknown') as oblast_code,
    cast(d.vacancies_n as bigint) as vacancies_n
from learner as l
inner join {{ ref('int_institutions__accepted') }} as i on l.institution_id = i.institution_id
left join {{ ref('int_region_place') }} as p on i.region_code = p.region_code
left join demand as d
    on p.oblast_code = d.oblast_code and l.specialty_code = d.specialty_code and l.calendar_year = d.calendar_year
