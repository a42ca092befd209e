-- Schools of clusters with a cycle in the school year, begun in it or before; and, of the practice-research schools, those that published
-- one in it. A cycle without a last day counts for the year in which it began, as in L1.
with cycle as (
    select distinct
        r.institution_id,
        y.school_year
    from {{ ref('fct_lesson_study_cycle') }} as r
    inner join {{ each_period('school_year') }} as y
        on r.started_on <= y.ends_on and coalesce(r.ended_on, r.started_on) >= y.year_starts_on
),

published as (
    select distinct
        c.institution_id,
        s.school_year
    from {{ ref('fct_lesson_study_cycle') }} as c
    {{ join_term('c.published_on', 's') }}
    where c.published_on is not null
),

school as (
    select
        i.institution_id,
        i.period_kind,
        i.period,
        i.counted_on,
        c.institution_id is not null as has_cycle,
        b.institution_id is not null as has_published
    from {{ institutions_in_clusters('school_year', ['school', 'small_school']) }} as i
    left join cycle as c on i.institution_id = c.institution_id and i.school_year = c.school_year
    left join published as b on i.institution_id = b.institution_id and i.school_year = b.school_year
),

practice_research as (
    select distinct s.*
    from school as s
    inner join {{ ref('int_institution_statuses__accepted') }} as t on s.institution_id = t.institution_id
    where t.status = 'practice_research' and t.from_on <= s.counted_on and coalesce(t.to_on >= s.counted_on, true)
)

{{ indicator([
    share_of('school', 'has_cycle'),
    share_of('practice_research', 'has_published', measure='practice_research'),
]) }}
