-- Which pupils had a practicant or a young main teacher in the subject, by the day of the test. Of a class that no assignment is known
-- of, it is not known; that is not the same as none. Nor is a stay too short to tell anything by.
{%- set keys = model_keys() + ['institution_id', 'practicant', 'young_main'] %}
with roll as (
    select
        p.pupil_no,
        e.institution_id,
        cast(substr(e.school_year, 1, 4) as int) as start_year,
        e.class_code
    from {{ ref('int_enrolments__accepted') }} as e
    inner join {{ ref('int_pupil') }} as p on e.pupil_id = p.pupil_id
    where e.class_code is not null
),

placed as (
    select
        r.*,
        coalesce(s.class_code, e.class_code) as class_code,
        coalesce(s.taken_on, {{ last_school_day('r.start_year') }}) as tested_on
    from {{ ref('int_value_added_row') }} as r
    inner join {{ ref('int_score') }} as s
        on r.pupil_no = s.pupil_no and r.start_year = s.start_year and r.subject = s.subject and r.test = s.test
    left join roll as e
        on r.pupil_no = e.pupil_no and r.institution_id = e.institution_id and r.start_year = e.start_year
),

exposed as (
    select
        p.*,
        case
            when x.practicant_enough_on <= p.tested_on then 'with'
            when x.practicant_from_on <= p.tested_on then 'unknown'
            when x.known_from_on <= p.tested_on then 'without'
            else 'unknown'
        end as practicant,
        case
            when x.young_main_enough_on <= p.tested_on then 'with'
            when least(x.young_main_from_on, x.unknown_main_from_on) <= p.tested_on then 'unknown'
            when x.experienced_main_from_on <= p.tested_on then 'without'
            else 'unknown'
        end as young_main
    from placed as p
    left join {{ ref('int_class_exposure') }} as x
        on
            p.institution_id = x.institution_id
            and p.start_year = x.start_year
            and p.class_code = x.class_code
            and p.subject = x.subject
)

select
    {{ keys | join(', ') }},
    cast(count(*) as bigint) as pupils_n,
    cast(count(distinct class_code) as bigint) as classes_n,
    {{- cross_products(value_added_columns()) }}
from exposed
group by {{ keys | join(', ') }}
