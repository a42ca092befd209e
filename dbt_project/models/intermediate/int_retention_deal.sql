-- Entry institutions as the jackknife leaves them out: one at a time, or, where a value of a segment has more institutions than
-- `jackknife_groups` in all cohorts together, dealt into so many groups; and in which month their people stopped being at risk.
with place as (
    select distinct
        segment,
        segment_value,
        institution_id
    from {{ ref('int_retention_hired') }}
    where hired_n > 0
),

dealt as (
    select
        segment,
        segment_value,
        institution_id,
        cast(
            (row_number() over (partition by segment, segment_value order by institution_id) - 1) % {{ var('jackknife_groups') }} as int
        ) as deal
    from place
),

-- One number in place of two texts and a number, by which many rows are counted.
numbered as (
    select
        *,
        cast(dense_rank() over (order by segment, segment_value, deal) as int) as deal_no
    from dealt
),

member as (
    {{ with_segments(ref('int_retention_exposure')) }}
),

-- An institution has few people who leave in one month, so counting by it first would not make fewer rows.
split as (
    {{ rows_by_segment(
        'member', ['institution_id', 'cohort_start_year', 'level', 'last_month', 'is_exit']
    ) }}
),

held as (
    select
        s.cohort_start_year,
        s.level,
        d.deal_no,
        s.last_month,
        cast(count(case when s.is_exit then 1 end) as int) as left_n,
        cast(count(*) as int) as ended_n
    from split as s
    inner join numbered as d
        on s.segment = d.segment and s.segment_value = d.segment_value and s.institution_id = d.institution_id
    group by s.cohort_start_year, s.level, d.deal_no, s.last_month
),

listed as (
    select
        {{ school_year_label('cohort_start_year') }} as cohort_year,
        level,
        deal_no,
        last_month,
        left_n,
        ended_n
    from held

    union all

    select
        'all' as cohort_year,
        level,
        deal_no,
        last_month,
        cast(sum(left_n) as int) as left_n,
        cast(sum(ended_n) as int) as ended_n
    from held
    group by level, deal_no, last_month
)

select
    l.cohort_year,
    l.level,
    d.segment,
    d.segment_value,
    d.deal,
    l.last_month,
    l.left_n,
    l.ended_n
from listed as l
inner join (
    select distinct
        deal_no,
        segment,
        segment_value,
        deal
    from numbered
) as d on l.deal_no = d.deal_no
