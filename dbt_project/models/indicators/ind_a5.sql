-- Programmes made together, and subjects with a common syllabus. When that was agreed is not told, so that it is told of the last year alone.
with programme as (
    select
        g.institution_id,
        g.is_jointly_developed,
        g.subjects_n,
        g.unified_syllabus_n,
        p.period_kind,
        p.period
    from {{ ref('dim_programme') }} as g
    cross join {{ each_period('school_year') }} as p
    where p.is_last
),

known as (
    select * from programme
    where is_jointly_developed is not null
),

subject as (
    select * from programme
    where subjects_n is not null and unified_syllabus_n is not null
)

{{ indicator([
    share_of('known', 'is_jointly_developed'),
    ratio_of('subject', 'unified_syllabus_n', 'subjects_n', measure='common_syllabus'),
]) }}
