-- Marks of terms by institution and subject, and of all subjects together. A pupil has one mark of a term in a subject, so that there are at
-- least as many pupils as marks in the subject and term that have most.
with term as (
    select
        institution_id,
        school_year,
        semester,
        quarter,
        subject,
        count(*) as marks_n,
        sum(cast(score as decimal(24, 4))) as score_sum,
        sum(cast(score as decimal(19, 4)) * cast(score as decimal(19, 4))) as square_sum,
        count(case when score >= {{ var('good_mark') }} then 1 end) as good_n
    from {{ ref('fct_assessment') }}
    where test = 'term_mark' and term is not null and coalesce(max_score, 5) = 5 and score between 1 and 5
    group by institution_id, school_year, semester, quarter, subject
),

by_period as (
    {{ marks_by_period('term') }}
),

summed as (
    select * from by_period
    union all
    select
        institution_id,
        period_kind,
        period,
        'all' as subject,
        sum(marks_n) as marks_n,
        sum(score_sum) as score_sum,
        sum(square_sum) as square_sum,
        sum(good_n) as good_n,
        max(pupils_n) as pupils_n
    from by_period
    group by institution_id, period_kind, period
)

select
    s.institution_id,
    s.period_kind,
    s.period,
    s.subject,
    cast(s.marks_n as bigint) as marks_n,
    cast(s.score_sum as double) as score_sum,
    cast(s.square_sum as double) as square_sum,
    cast(s.good_n as bigint) as good_n,
    cast(s.pupils_n as bigint) as pupils_n
from summed as s
inner join {{ ref('int_period') }} as p on s.period_kind = p.period_kind and s.period = p.period
where p.is_over
