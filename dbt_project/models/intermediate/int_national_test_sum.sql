-- Results by subject, and those of a pupil together: a certificate is of all subjects. Who has results of two schools is counted at
-- the one that comes first.
{%- set keys = ['start_year', 'subject'] %}
with scored as (
    select
        pupil_no,
        start_year,
        subject,
        institution_id,
        score
    from {{ ref('int_score') }}
    where test = 'ubt'
    union all
    select
        pupil_no,
        start_year,
        'all' as subject,
        min(institution_id) as institution_id,
        sum(score) as score
    from {{ ref('int_score') }}
    where test = 'ubt'
    group by pupil_no, start_year
),

passed as (
    select
        s.*,
        case when s.score >= p.score then 1 else 0 end as is_passed
    from scored as s
    left join {{ ref('pass_scores') }} as p on s.start_year = cast(substr(p.school_year, 1, 4) as int) and s.subject = p.subject
),

{{ summed_by_segment('passed', keys, {
    'pupils_n': ('1', 'bigint'), 'score_sum': ('score', 'decimal(38, 4)'), 'passed_n': ('is_passed', 'bigint'),
}) }}

select
    {{ keys | join(', ') }},
    segment,
    segment_value,
    institution_id,
    pupils_n,
    score_sum,
    passed_n
from by_segment
