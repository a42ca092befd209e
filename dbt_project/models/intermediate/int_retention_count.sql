-- Outcomes counted per institution, since the interval that reckons with institutions needs them apart, and then put together.
-- The cohort `all` pools the cohorts observed at the horizon. It is counted anew rather than summed from the cohorts: holding
-- their institutions for a second use would cost more than reading the members again.
with observed as (
    {{ with_segments(ref('int_retention_outcome')) }}
    where r.is_cohort_observed
),

institution as (
    {{ counted_by_segment('observed', ['cohort_start_year', 'horizon_months'], outcome_measures()) }}
),

pooled_institution as (
    {{ counted_by_segment('observed', ['horizon_months'], outcome_measures()) }}
),

put_together as (
    {{ together(
        'institution',
        school_year_label('cohort_start_year'),
        ['cohort_start_year', 'segment', 'segment_value', 'horizon_months']
    ) }}
    union all
    {{ together('pooled_institution', "'all'", ['segment', 'segment_value', 'horizon_months']) }}
),

listed as (
    {{ outcome_rows('put_together') }}
)

select
    cohort_year,
    level,
    estimand,
    segment,
    segment_value,
    horizon_months,
    retained_n,
    unknown_n,
    removed_n,
    base_n,
    base_institutions_n,
    retained_squared_n,
    retained_by_base_n,
    base_squared_n
from listed
