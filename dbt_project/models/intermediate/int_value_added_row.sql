-- What value added is modelled on: a row for each outcome, with what was known of the pupil a year before. A score that is absent is
-- nought and marked as missing, so that nobody is left out for want of it.
-- Built after the balance of rows, which holds most of two gigabytes of an oblast: beside it this has not room enough.
-- depends_on: {{ ref('int_row_balance') }}
with scored as (
    select
        s.pupil_no,
        s.institution_id,
        s.start_year,
        s.grade,
        s.subject,
        s.test,
        s.is_at_ceiling,
        {{ score_e7('s', 'b') }} as score_e7
    from {{ ref('int_score') }} as s
    inner join {{ ref('int_score_scale') }} as b on s.grade = b.grade and s.subject = b.subject and s.test = b.test
),

prior as (
    select
        pupil_no,
        institution_id,
        subject,
        start_year + 1 as start_year,
        score_e7
    from scored
    where test = '{{ var('prior_test') }}'
),

every_prior as (
    select
        pupil_no,
        start_year,
        cast(sum(score_e7) as bigint) as score_sum_e7,
        cast(count(*) as int) as scores_n
    from prior
    group by pupil_no, start_year
),

roll as (
    select
        p.pupil_no,
        cast(substr(e.school_year, 1, 4) as int) as start_year,
        max(case when e.sex = 'f' then 1 else 0 end) as is_female,
        max(case when e.disadvantaged then 1 else 0 end) as is_disadvantaged,
        max(case when e.special_needs then 1 else 0 end) as has_special_needs
    from {{ ref('int_enrolments__accepted') }} as e
    inner join {{ ref('int_pupil') }} as p on e.pupil_id = p.pupil_id
    group by p.pupil_no, e.school_year
),

told as (
    select
        s.*,
        o.score_e7 as prior_e7,
        coalesce(o.institution_id <> s.institution_id, false) as has_moved,
        e.scores_n - case when o.score_e7 is null then 0 else 1 end as others_n,
        e.score_sum_e7 - coalesce(o.score_e7, 0) as others_e7,
        r.pupil_no is null as is_off_roll,
        r.is_female,
        r.is_disadvantaged,
        r.has_special_needs
    from scored as s
    left join prior as o on s.pupil_no = o.pupil_no and s.subject = o.subject and s.start_year = o.start_year
    left join every_prior as e on s.pupil_no = e.pupil_no and s.start_year = e.start_year
    left join roll as r on s.pupil_no = r.pupil_no and s.start_year = r.start_year
)

select
    start_year,
    grade,
    subject,
    test,
    institution_id,
    pupil_no,
    is_at_ceiling,
    has_moved,
    coalesce(prior_e7, 0) as prior,
    cast(case when prior_e7 is null then 1 else 0 end as bigint) as prior_missing,
    cast(case when others_n > 0 then round(cast(others_e7 as double) / others_n) else 0 end as bigint) as prior_other,
    cast(case when others_n > 0 then 0 else 1 end as bigint) as prior_other_missing,
    cast(coalesce(is_female, 0) as bigint) as is_female,
    cast(coalesce(is_disadvantaged, 0) as bigint) as is_disadvantaged,
    cast(coalesce(has_special_needs, 0) as bigint) as has_special_needs,
    cast(case when is_off_roll then 1 else 0 end as bigint) as roll_missing,
    score_e7 as outcome
from told
where test in ({{ quoted(var('value_added_tests')) }})
