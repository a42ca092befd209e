-- Rural and small schools among the schools of clusters at the end of the school year, and among the cycles of lesson study that began in
-- it. Where it is not known whether a place is rural, the school is left out of what is said of rural ones.
with school as (
    select
        i.institution_id,
        i.period_kind,
        i.period,
        d.urban_rural,
        d.is_small_school
    from {{ institutions_in_clusters('school_year', ['school', 'small_school'], with_hubs=true) }} as i
    inner join {{ ref('dim_institution') }} as d on i.institution_id = d.institution_id
),

cycle as (
    select
        c.cycle_id,
        c.institution_id,
        c.cluster_id,
        c.school_year,
        d.urban_rural,
        d.is_small_school
    from {{ ref('fct_lesson_study_cycle') }} as c
    inner join {{ ref('dim_institution') }} as d on c.institution_id = d.institution_id
    where d.kind in ('school', 'small_school')
),

placed_school as (
    select * from school
    where urban_rural <> 'unknown'
),

placed_cycle as (
    select * from cycle
    where urban_rural <> 'unknown'
)

{{ indicator([
    share_of('placed_school', "urban_rural = 'rural'"),
    share_of('school', 'is_small_school', measure='small_schools'),
    share_of('placed_cycle', "urban_rural = 'rural'", kind='school_year', by='both', measure='cycles'),
    share_of('cycle', 'is_small_school', kind='school_year', by='both', measure='small_school_cycles'),
]) }}
