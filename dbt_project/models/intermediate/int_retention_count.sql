-- Outcomes counted per institution, since the interval that reckons with institutions needs them apart, and then put together.
-- The cohort `all` pools the cohorts observed at the horizon.
{%- set outcomes = [] -%}
{%- set measures = {'hired_n': 'true', 'removed_n': 'is_removed'} -%}
{%- for estimand in retention_estimands() -%}
    {%- for level in retention_levels() -%}
        {%- set outcome = estimand ~ '_' ~ level -%}
        {%- do outcomes.append((estimand, level, outcome)) -%}
        {%- do measures.update({outcome ~ '_retained_n': outcome ~ ' = 2 and not is_removed'}) -%}
        {%- do measures.update({outcome ~ '_unknown_n': outcome ~ ' = 1 and not is_removed'}) -%}
    {%- endfor -%}
{%- endfor %}
with institution as (
    {{ counted_by_segment(ref('int_retention_outcome'), ['cohort_start_year', 'horizon_months'], measures) }}
),

-- Counted anew rather than summed from the cohorts: holding those for a second use would cost more than reading again.
pooled_institution as (
    {{ counted_by_segment(ref('int_retention_outcome'), ['horizon_months'], measures) }}
),

{% for source, cohort_year, key in [
    ('institution', school_year_label('cohort_start_year'), 'cohort_start_year, '),
    ('pooled_institution', "'all'", ''),
] -%}
together_{{ source }} as (
    select
        {{ cohort_year }} as cohort_year,
        segment,
        segment_value,
        horizon_months,
        cast(sum(hired_n) as bigint) as hired_n,
        cast(sum(removed_n) as bigint) as removed_n,
        {% for estimand, level, outcome in outcomes -%}
            {%- set retained = outcome ~ '_retained_n' -%}
            {%- set base = '(hired_n - removed_n - ' ~ outcome ~ '_unknown_n)' -%}
            cast(sum({{ retained }}) as bigint) as {{ retained }},
            cast(sum({{ outcome }}_unknown_n) as bigint) as {{ outcome }}_unknown_n,
            cast(count(case when {{ base }} > 0 then 1 end) as bigint) as {{ outcome }}_institutions_n,
            cast(sum(cast({{ retained }} as bigint) * {{ retained }}) as bigint) as {{ outcome }}_rr_n,
            cast(sum(cast({{ retained }} as bigint) * {{ base }}) as bigint) as {{ outcome }}_rb_n,
            cast(sum(cast({{ base }} as bigint) * {{ base }}) as bigint) as {{ outcome }}_bb_n{{ ',' if not loop.last }}
        {% endfor %}
    from {{ source }}
    group by {{ key }}segment, segment_value, horizon_months
),

{% endfor -%}
together as (
    select * from together_institution
    union all
    select * from together_pooled_institution
),

listed as (
    {% for estimand, level, outcome in outcomes -%}
    select
        cohort_year,
        '{{ level }}' as level,
        '{{ estimand }}' as estimand,
        segment,
        segment_value,
        horizon_months,
        {{ outcome }}_retained_n as retained_n,
        {{ outcome }}_unknown_n as unknown_n,
        removed_n,
        hired_n - removed_n - {{ outcome }}_unknown_n as base_n,
        {{ outcome }}_institutions_n as base_institutions_n,
        {{ outcome }}_rr_n as retained_squared_n,
        {{ outcome }}_rb_n as retained_by_base_n,
        {{ outcome }}_bb_n as base_squared_n
    from together
    {{ 'union all' if not loop.last }}
    {% endfor %}
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
    cast(retained_squared_n as decimal(38, 0)) as retained_squared_n,
    cast(retained_by_base_n as decimal(38, 0)) as retained_by_base_n,
    cast(base_squared_n as decimal(38, 0)) as base_squared_n
from listed
