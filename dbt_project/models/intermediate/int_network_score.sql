-- Scores of an institution in a term, in standard deviations of pupils of institutions that never joined a network, who sat the same
-- test. Sums of whole numbers of 1e-7 are exact, so that the mean is the same in every run.
with tested as (
    select
        institution_id,
        cast(substr(school_year, 1, 4) as int) as start_year,
        coalesce(term, 0) as term,
        grade,
        subject,
        test,
        cast(count(*) as bigint) as results_n,
        sum(score) as score_sum,
        sum(cast(score as decimal(18, 4)) * score) as square_sum
    from {{ ref('int_assessment_results__accepted') }}
    where
        test in ({{ quoted(var('network_tests')) }})
        and {{ is_known('taken_on') }}
        and {{ is_known(school_year_start('school_year')) }}
    group by institution_id, school_year, term, grade, subject, test
),

outside as (
    select
        t.start_year,
        t.term,
        t.grade,
        t.subject,
        t.test,
        cast(sum(t.results_n) as bigint) as results_n,
        sum(t.score_sum) as score_sum,
        sum(t.square_sum) as square_sum
    from tested as t
    left join (select distinct institution_id from {{ ref('int_network_start') }}) as m on t.institution_id = m.institution_id
    where m.institution_id is null
    group by t.start_year, t.term, t.grade, t.subject, t.test
),

scale as (
    select
        start_year,
        term,
        grade,
        subject,
        test,
        cast(score_sum as double) / results_n as mean_score,
        sqrt(cast(results_n * square_sum - score_sum * score_sum as double)) / results_n as sd_score
    from outside
    where results_n >= {{ var('baseline_pupils') }} and results_n * square_sum > score_sum * score_sum
),

measured as (
    select
        t.institution_id,
        t.start_year,
        t.term,
        t.results_n,
        cast(round((cast(t.score_sum as double) - t.results_n * s.mean_score) / s.sd_score * 1e7) as bigint) as score_e7
    from tested as t
    inner join scale as s
        on
            t.start_year = s.start_year
            and t.term = s.term
            and t.grade = s.grade
            and t.subject = s.subject
            and t.test = s.test
)

select
    institution_id,
    start_year,
    term,
    cast(sum(results_n) as bigint) as results_n,
    cast({{ exact_sum('score_e7') }} as double) / 1e7 / sum(results_n) as mean_sd
from measured
group by institution_id, start_year, term
