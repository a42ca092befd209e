-- Mentors of pairs and placements that began in the period who met all of what is asked of them on each of these days, and each of it
-- alone.
with begun as (
    select
        mentor_id,
        institution_id,
        cast(null as {{ dbt.type_string() }}) as cluster_id,
        starts_on
    from {{ ref('fct_mentoring_pair') }}
    where starts_on is not null and not is_refused
    union all
    select
        mentor_id,
        institution_id,
        cluster_id,
        starts_on
    from {{ ref('fct_practicum') }}
    where mentor_id is not null
),

mentor_day as (
    select distinct
        mentor_id,
        starts_on
    from begun
),

-- The last attestation by that day; of who has none yet the next one tells the category before it.
attested as (
    select
        b.mentor_id,
        b.starts_on,
        case when a.attested_on <= b.starts_on then a.category_to else a.category_from end as category,
        row_number() over (
            partition by b.mentor_id, b.starts_on
            order by
                case when a.attested_on <= b.starts_on then 1 else 2 end asc,
                abs({{ days_between('a.attested_on', 'b.starts_on') }}) asc
        ) as choice
    from mentor_day as b
    inner join {{ ref('fct_attestation') }} as a on b.mentor_id = a.person_id
    where a.is_passed
),

listed as (
    select
        person_id,
        qualification_category as category,
        row_number() over (
            partition by person_id
            order by
                confirmed_on desc nulls last,
                case when qualification_category in ({{ quoted(var('mentor_categories')) }}) then 1 else 2 end asc
        ) as choice
    from {{ linked('staff_employment', ['person_id']) }} as s
    where qualification_category is not null
),

trained as (
    select
        person_id,
        min(trained_on) as trained_on
    from (
        select
            person_id,
            completed_on as trained_on
        from {{ ref('fct_training') }}
        where kind = 'mentoring'
        union all
        select
            mentor_id as person_id,
            coalesce(starts_on, offered_on) as trained_on
        from {{ ref('fct_mentoring_pair') }}
        where is_mentor_trained
    ) as told
    group by person_id
),

mentor as (
    select
        b.institution_id,
        b.cluster_id,
        b.mentor_id,
        {{ periods('b.starts_on') }},
        coalesce({{ add_months('s.began_on', var('mentor_experience_months')) }} <= b.starts_on, false) as has_experience,
        coalesce(coalesce(a.category, l.category) in ({{ quoted(var('mentor_categories')) }}), false) as has_category,
        coalesce(r.trained_on <= b.starts_on, false) as is_trained
    from begun as b
    {{ join_term('b.starts_on') }}
    left join {{ ref('int_teaching_start') }} as s on b.mentor_id = s.person_id
    left join attested as a on b.mentor_id = a.mentor_id and b.starts_on = a.starts_on and a.choice = 1
    left join listed as l on b.mentor_id = l.person_id and l.choice = 1
    left join trained as r on b.mentor_id = r.person_id
)

{{ indicator([
    share_of('mentor', 'has_experience and has_category and is_trained', kind='semester', unit='mentor_id', by='both', every=true),
    share_of('mentor', 'has_experience', kind='semester', unit='mentor_id', by='both', every=true, measure='experience'),
    share_of('mentor', 'has_category', kind='semester', unit='mentor_id', by='both', every=true, measure='category'),
    share_of('mentor', 'is_trained', kind='semester', unit='mentor_id', by='both', every=true, measure='training'),
]) }}
