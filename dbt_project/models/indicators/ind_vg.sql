-- Mean gain of pupils on the year before, of all grades and subjects together; and how far pupils of urban schools, and those who are not
-- disadvantaged, are ahead, as the mean of grades and subjects.
with by_grade as (
    select
        institution_id,
        start_year,
        grade,
        cast(sum(pupils_n) as bigint) as results_n,
        cast(max(pupils_n) as bigint) as people_n,
        cast(sum(value_sum) as decimal(38, 0)) as value_sum
    from {{ ref('int_learning_sum') }}
    where measure = 'gain' and segment = 'all'
    group by institution_id, start_year, grade
),

by_school as (
    select
        institution_id,
        start_year,
        cast(sum(results_n) as bigint) as pupils_n,
        cast(sum(people_n) as bigint) as people_n,
        cast(sum(value_sum) as decimal(38, 0)) as value_sum
    from by_grade
    group by institution_id, start_year
),

placed as (
    {{ placed_by_year('by_school') }}
),

people as (
    select
        start_year,
        segment,
        segment_value,
        cast(sum(people_n) as bigint) as people_n
    from placed
    group by start_year, segment, segment_value
),

{{ means_by_institution('placed', ['start_year', 'segment', 'segment_value'], {'mean_sd': ('value_sum', '1e7')}) }},

{{ judged_means(['start_year']) }},

peopled as (
    select
        j.*,
        p.people_n
    from judged as j
    inner join people as p on j.start_year = p.start_year and j.segment = p.segment and j.segment_value = p.segment_value
),

gained as (
    {{ judged_rows('peopled', 'mean_sd', 'people_n', 'people_n >= ' ~ minimum_n('value_added'), 'too_few') }}
),

gap as (
    {{ learning_gap_rows('gap') }}
),

gap_change as (
    {{ learning_gap_rows('change') }}
)

{{ indicator([
    mart_of('gained'),
    mart_of('gap', "segment = 'urban_rural'", measure='rural_gap'),
    mart_of('gap_change', "segment = 'urban_rural'", measure='rural_gap_change'),
    mart_of('gap', "segment = 'disadvantaged'", measure='disadvantaged_gap'),
    mart_of('gap_change', "segment = 'disadvantaged'", measure='disadvantaged_gap_change'),
]) }}
