-- The year that scores are measured against: the first with enough pupils. Sums are exact, so the scale is the same in every run.
with yearly as (
    select
        grade,
        subject,
        test,
        start_year,
        cast(count(*) as bigint) as pupils_n,
        sum(score) as score_sum,
        sum(cast(score as decimal(18, 4)) * score) as square_sum
    from {{ ref('int_score') }}
    group by grade, subject, test, start_year
),

base as (
    select
        grade,
        subject,
        test,
        min(start_year) as start_year
    from yearly
    where pupils_n >= {{ var('baseline_pupils') }}
    group by grade, subject, test
)

select
    y.grade,
    y.subject,
    y.test,
    y.start_year,
    cast(y.score_sum as double) / y.pupils_n as mean_score,
    sqrt(cast(y.pupils_n * y.square_sum - y.score_sum * y.score_sum as double)) / y.pupils_n as sd_score
from yearly as y
inner join base as b on y.grade = b.grade and y.subject = b.subject and y.test = b.test and y.start_year = b.start_year
where y.pupils_n * y.square_sum > y.score_sum * y.score_sum
