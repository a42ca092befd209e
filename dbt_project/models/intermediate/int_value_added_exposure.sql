-- Which pupils had a practicant or a young main teacher in the subject, by the day of the test. Of a class that no assignment is known
-- of, it is not known; that is not the same as none. Nor is a stay too short to tell anything by.
{%- set keys = model_keys() + ['institution_id', 'practicant', 'young_main'] %}
with placed as (
    select
        r.*,
        t.class_code,
        t.tested_on
    from {{ ref('int_value_added_row') }} as r
    inner join {{ ref('int_tested_class') }} as t
        on r.pupil_no = t.pupil_no and r.start_year = t.start_year and r.subject = t.subject and r.test = t.test
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
