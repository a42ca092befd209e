select
    v.start_year,
    v.subject,
    v.test,
    v.institution_id,
    t.teacher_no,
    v.grade,
    cast(count(*) as bigint) as pupils_n,
    max(t.tested_on) as last_tested_on,
    {{- plain_sums(value_added_columns()) }}
from {{ ref('int_value_added_row') }} as v
inner join {{ ref('int_value_added_link') }} as t
    on v.pupil_no = t.pupil_no and v.start_year = t.start_year and v.subject = t.subject and v.test = t.test
group by v.start_year, v.subject, v.test, v.institution_id, t.teacher_no, v.grade
