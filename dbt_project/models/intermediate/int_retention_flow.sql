-- Where the members of the observed cohorts are on the horizon day.
with observed as (
    {{ with_segments(ref('int_retention_outcome')) }}
    where r.is_cohort_observed
),

split as (
    {{ counted_by_segment('observed', ['cohort_start_year', 'horizon_months'], flow_measures(), by_institution=false) }}
),

cohort as (
    select
        cohort_start_year,
        segment,
        segment_value,
        horizon_months,
        {{ summed(flow_measures()) }}
    from split
    group by cohort_start_year, segment, segment_value, horizon_months
),

listed as (
    select
        {{ school_year_label('cohort_start_year') }} as cohort_year,
        segment,
        segment_value,
        horizon_months,
        {{ flow_measures() | join(',\n        ') }}
    from cohort

    union all

    select
        'all' as cohort_year,
        segment,
        segment_value,
        horizon_months,
        {{ summed(flow_measures()) }}
    from cohort
    group by segment, segment_value, horizon_months
)

{{ flow_rows('listed', ['cohort_year', 'segment', 'segment_value', 'horizon_months']) }}
