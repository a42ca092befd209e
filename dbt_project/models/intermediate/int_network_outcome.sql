-- What a network may change, and what it should not: means of an institution in a term or year, with how much they weigh.
-- `intake_` is who the pupils are: if that changes with joining, learning need not have.
with attended as (
    select
        a.institution_id,
        t.start_year,
        t.term,
        cast(sum(a.lessons_held) as bigint) as held_n,
        cast(sum(a.lessons_attended) as bigint) as attended_n
    from {{ ref('int_attendance__accepted') }} as a
    {{ join_term(first_of_month('a.month'), relation='int_school_term') }}
    where {{ is_known(first_of_month('a.month')) }}
    group by a.institution_id, t.start_year, t.term
),

staffed as (
    select
        s.institution_id,
        y.start_year,
        cast(count(*) as bigint) as posts_n,
        cast(count(case when y.finish_workplace = 2 then 1 end) as bigint) as finished_n
    from {{ ref('int_staff_year') }} as y
    inner join {{ ref('int_staff_spell') }} as s on y.stretch_no = s.stretch_no
    where y.finish_workplace in (0, 2)
    group by s.institution_id, y.start_year
),

-- What is not known of a pupil is not a no.
enrolled as (
    select
        institution_id,
        cast(substr(school_year, 1, 4) as int) as start_year,
        cast(count(disadvantaged) as bigint) as disadvantaged_known_n,
        cast(count(case when disadvantaged then 1 end) as bigint) as disadvantaged_n,
        cast(count(special_needs) as bigint) as special_needs_known_n,
        cast(count(case when special_needs then 1 end) as bigint) as special_needs_n
    from {{ ref('int_enrolments__accepted') }}
    where {{ is_known(school_year_start('school_year')) }}
    group by institution_id, school_year
),

known_before as (
    select
        institution_id,
        start_year,
        cast(count(*) as bigint) as pupils_n,
        {{ exact_sum('prior') }} as prior_e7
    from {{ ref('int_value_added_row') }}
    where prior_missing = 0
    group by institution_id, start_year
),

measured as (
    select
        'score' as outcome,
        term,
        institution_id,
        start_year,
        mean_sd as outcome_value,
        results_n as weight_n
    from {{ ref('int_network_score') }}

    union all

    select
        'attendance' as outcome,
        term,
        institution_id,
        start_year,
        cast(attended_n as double) / held_n as outcome_value,
        held_n as weight_n
    from attended
    where held_n > 0 and term is not null

    union all

    select
        'staff_stability' as outcome,
        0 as term,
        institution_id,
        start_year,
        cast(finished_n as double) / posts_n as outcome_value,
        posts_n as weight_n
    from staffed

    union all

    select
        'intake_prior' as outcome,
        -1 as term,
        institution_id,
        start_year,
        cast(prior_e7 as double) / 1e7 / pupils_n as outcome_value,
        pupils_n as weight_n
    from known_before

    union all

    select
        'intake_disadvantaged' as outcome,
        -1 as term,
        institution_id,
        start_year,
        cast(disadvantaged_n as double) / disadvantaged_known_n as outcome_value,
        disadvantaged_known_n as weight_n
    from enrolled
    where disadvantaged_known_n > 0

    union all

    select
        'intake_special_needs' as outcome,
        -1 as term,
        institution_id,
        start_year,
        cast(special_needs_n as double) / special_needs_known_n as outcome_value,
        special_needs_known_n as weight_n
    from enrolled
    where special_needs_known_n > 0
)

select
    m.outcome,
    m.term,
    m.institution_id,
    m.start_year,
    m.outcome_value,
    m.weight_n
from measured as m
inner join {{ ref('int_institutions__accepted') }} as i on m.institution_id = i.institution_id
where i.kind in ({{ quoted(var('network_kinds')) }})
