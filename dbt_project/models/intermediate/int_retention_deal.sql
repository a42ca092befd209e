-- Entry institutions as the jackknife leaves them out: one at a time, or, where a value of a segment has more institutions than
-- `jackknife_groups` in all cohorts together, dealt into so many groups; and in which month their people stopped being at risk.
with dealt as (
    select
        segment,
        segment_value,
        institution_id,
        cast(
            (row_number() over (partition by segment, segment_value order by institution_id) - 1) % {{ var('jackknife_groups') }} as int
        ) as deal
    from (
        select distinct
            segment,
            segment_value,
            institution_id
        from {{ ref('int_retention_hired') }}
        where hired_n > 0
    ) as place
),

-- An institution has few people who leave in one month, so counting by it first would not make fewer rows.
split as (
    {{ rows_by_segment(
        ref('int_retention_exposure'), ['institution_id', 'cohort_start_year', 'level', 'last_month', 'is_exit']
    ) }}
),

held as (
    select
        s.cohort_start_year,
        s.level,
        s.segment,
        s.segment_value,
        d.deal,
        s.last_month,
        cast(count(case when s.is_exit then 1 end) as int) as left_n,
        cast(count(*) as int) as ended_n
    from split as s
    inner join dealt as d
        on s.segment = d.segment and s.segment_value = d.segment_value and s.institution_id = d.institution_id
    group by s.cohort_start_year, s.level, s.segment, s.segment_value, d.deal, s.last_month
)

select
    {{ school_year_label('cohort_start_year') }} as cohort_year,
    level,
    segment,
    segment_value,
    deal,
    last_month,
    left_n,
    ended_n
from held

union all

select
    'all' as cohort_year,
    level,
    segment,
    segment_value,
    deal,
    last_month,
    cast(sum(left_n) as int) as left_n,
    cast(sum(ended_n) as int) as ended_n
from held
group by level, segment, segment_value, deal, last_month
