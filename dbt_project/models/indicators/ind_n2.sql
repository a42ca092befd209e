-- Students in a practicum and teachers who mentor, young teachers or practicants, at some time of the school year.
with told as (
    select
        'student' as part,
        student_id as person_id,
        institution_id,
        cluster_id,
        starts_on,
        ends_on
    from {{ ref('fct_practicum') }}
    union all
    select
        'mentor' as part,
        mentor_id as person_id,
        institution_id,
        cluster_id,
        starts_on,
        ends_on
    from {{ ref('fct_practicum') }}
    where mentor_id is not null
    union all
    select
        'mentor' as part,
        mentor_id as person_id,
        institution_id,
        cast(null as {{ dbt.type_string() }}) as cluster_id,
        starts_on,
        ends_on
    from {{ ref('fct_mentoring_pair') }}
    where not is_refused
),

covered as (
    select
        t.*,
        p.period_kind,
        p.period
    from told as t
    cross join {{ each_period('school_year') }} as p
    where t.starts_on <= p.ends_on and coalesce(t.ends_on >= p.year_starts_on, true)
),

-- A mentor who has left by the end of the year has mentored all the same; one of a school that has told of no teachers is left out.
staff as (
    select
        c.institution_id,
        c.cluster_id,
        c.period_kind,
        c.period,
        c.person_id as unit,
        1 as mentors_n,
        0 as teachers_n
    from covered as c
    inner join {{ institutions_with_teachers('school_year') }} as i on c.institution_id = i.institution_id and c.period = i.period
    where c.part = 'mentor'
    union all
    select
        institution_id,
        cast(null as {{ dbt.type_string() }}) as cluster_id,
        period_kind,
        period,
        cast(shared_no as {{ dbt.type_string() }}) as unit,
        0 as mentors_n,
        1 as teachers_n
    from {{ teachers_in_post('school_year') }} as t
)

{{ indicator([
    count_of('covered', unit='person_id', by='both'),
    count_of("(select * from covered where part = 'student')", unit='person_id', by='both', measure='students'),
    ratio_of('staff', 'mentors_n', 'teachers_n', unit='unit', by='both', measure='mentors', times=100),
]) }}
