{#- Figures of other marts as rows of an indicator: the columns that `mart_of` reads. -#}

{#- Whose figure the row of a segment is. -#}
{% macro scope_of_segment() -%}
    case segment when 'all' then 'country' else segment end as scope,
    segment_value as scope_id
{%- endmacro %}

{% macro is_a_scope() -%}
    (segment in ('all', 'region') or (segment = 'cluster' and segment_value <> 'none'))
{%- endmacro %}

{#- The school year in which a cohort is so many months old. -#}
{% macro year_reached(months) -%}
    {{ school_year_label('(cast(substr(cohort_year, 1, 4) as int) + cast(' ~ months ~ ' / 12 as int))') }}
{%- endmacro %}

{#- The interval of a share, that which reckons with institutions where there is one, and the error it stands for: of nought and one too. -#}
{% macro share_interval(low, high) -%}
    ({{ high }} - {{ low }}) / (2 * {{ z95() }}) as value_se,
    {{ low }} as ci_low,
    {{ high }} as ci_high
{%- endmacro %}

{#-
    The index at a horizon by level: of the cohort that reaches it in a school year and, where that is asked, of those who reach it in the
    twelve months up to the end of a quarter; a semester is as its last quarter. Periods that cannot be read yet stand too.
-#}
{% macro retention_index_rows(months, each_quarter=false) -%}
    {%- set figures -%}
        index_share as value,
        retained_n as numerator,
        hired_n - removed_n - unknown_n as denominator,
        hired_n - removed_n - unknown_n as n,
        {{ share_interval('coalesce(index_cluster_ci_low, index_ci_low)', 'coalesce(index_cluster_ci_high, index_ci_high)') }},
        status
    {%- endset -%}
    select
        level,
        {{ scope_of_segment() }},
        'school_year' as period_kind,
        {{ year_reached(months) }} as period,
        {{ figures }}
    from {{ ref('retention_index') }}
    where estimand = 'employed_at' and horizon_months = {{ months }} and cohort_year <> 'all' and {{ is_a_scope() }}
    {%- if each_quarter %}
    union all
    select
        level,
        {{ scope_of_segment() }},
        p.period_kind,
        p.period,
        {{ figures }}
    from {{ ref('retention_quarter') }} as q
    inner join (
        select
            'quarter' as period_kind,
            quarter as period,
            quarter as last_quarter
        from {{ ref('int_school_term') }}
        union all
        select
            'semester' as period_kind,
            semester as period,
            max(quarter) as last_quarter
        from {{ ref('int_school_term') }}
        group by semester
    ) as p on q.quarter = p.last_quarter
    where estimand = 'employed_at' and horizon_months = {{ months }} and {{ is_a_scope() }}
    union all
    select
        l.level,
        m.scope,
        m.scope_id,
        p.period_kind,
        p.period,
        {% for name in ['value', 'numerator', 'denominator', 'n', 'value_se', 'ci_low', 'ci_high'] -%}
        null as {{ name }},
        {% endfor -%}
        'not_yet_observed' as status
    from {{ ref('int_period') }} as p
    cross join (select distinct scope, scope_id from {{ ref('int_scope_member') }} where scope <> 'institution') as m
    cross join ({{ retention_level_rows() }}) as l
    where
        p.is_over
        and p.period_kind in ('quarter', 'semester')
        and p.ends_on > {{ add_days(as_of(), - var('gap_tolerance_days')) }}
    {%- endif %}
{%- endmacro %}

{#- Members of each scope, as they are counted in a school year, with a relation of sums by institution and start_year. -#}
{% macro placed_by_year(relation) -%}
    select
        m.scope as segment,
        m.scope_id as segment_value,
        r.*
    from {{ relation }} as r
    inner join {{ ref('int_period') }} as p on p.period_kind = 'school_year' and {{ school_year_label('r.start_year') }} = p.period
    inner join {{ ref('int_scope_member') }} as m
        on m.member_kind = 'institution' and r.institution_id = m.member_id and p.counted_on between m.from_on and m.through_on
{%- endmacro %}

{#- Means of `judged_means` by such scopes. told: what must hold beside; reason: the status where it does not. -#}
{% macro judged_rows(relation, figure, n, told, reason, is_share=false) -%}
    select
        segment as scope,
        segment_value as scope_id,
        'school_year' as period_kind,
        {{ school_year_label('start_year') }} as period,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        case when status <> 'suppressed_secondary' then {{ n }} end as n,
        case when is_told and {{ told }} then {{ figure }} end as value,
        case when has_error and {{ told }} then {{ figure }}_error end as value_se,
        {%- for sign, name in [('-', 'ci_low'), ('+', 'ci_high')] %}
        {%- set end = t_end(figure, figure ~ '_error', sign, 'institutions_n') %}
        case when has_error and {{ told }} then {{ as_share(end) if is_share else end }} end as {{ name }},
        {%- endfor %}
        case when is_told and not ({{ told }}) then '{{ reason }}' else status end as status
    from {{ relation }}
{%- endmacro %}

{#-
    Gaps of the country, or their change since the first year, as the mean of grades and subjects. Schools are the same in all of them, so
    that errors are added as if they always went together.
-#}
{% macro learning_gap_rows(figure) -%}
    select
        segment,
        'country' as scope,
        'all' as scope_id,
        'school_year' as period_kind,
        school_year as period,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        cast(null as bigint) as n,
        {%- set value, error = exact_mean(figure ~ '_sd'), exact_mean(figure ~ '_se') %}
        {{ value }} as value,
        case when count({{ figure }}_sd) = count({{ figure }}_se) then {{ error }} end as value_se,
        case when count({{ figure }}_sd) = count({{ figure }}_se) then {{ value }} - {{ z95() }} * {{ error }} end as ci_low,
        case when count({{ figure }}_sd) = count({{ figure }}_se) then {{ value }} + {{ z95() }} * {{ error }} end as ci_high,
        case when count({{ figure }}_sd) > 0 then 'ok' else min(status) end as status
    from {{ ref('learning_gap') }}
    where measure = 'score'
    group by segment, school_year
{%- endmacro %}

{#-
    Figures of the country by school year that a mart has, with what tells them apart. Error and interval are named after the figure, as
    effect_se of effect_value. No share of the country stands behind them, so that they have neither numerator nor denominator.
-#}
{% macro country_rows(mart, apart, value, n, year='school_year') -%}
    {%- set figure = value.rsplit('_', 1)[0] -%}
    select
        {{ apart }},
        'country' as scope,
        'all' as scope_id,
        'school_year' as period_kind,
        {{ year }} as period,
        {{ value }} as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        {{ n }} as n,
        {{ figure }}_se as value_se,
        {{ figure }}_ci_low as ci_low,
        {{ figure }}_ci_high as ci_high,
        status
    from {{ ref(mart) }}
{%- endmacro %}

{% macro exact_mean(column) -%}
    cast(sum({{ exact(column) }}) as double) / nullif(count({{ column }}), 0)
{%- endmacro %}

{#- Marks of a relation with quarter, semester and school_year, summed for each of them. -#}
{% macro marks_by_period(relation) -%}
    {%- for kind in kinds_from('quarter') %}
    select
        institution_id,
        '{{ kind }}' as period_kind,
        {{ kind }} as period,
        subject,
        sum(marks_n) as marks_n,
        sum(score_sum) as score_sum,
        sum(square_sum) as square_sum,
        sum(good_n) as good_n,
        max(marks_n) as pupils_n
    from {{ relation }}
    group by institution_id, {{ kind }}, subject
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- A mean over marks, or a share of them, with the error of as many as there are pupils; of few pupils none. -#}
{% macro mark_rows(relation, total, squares, is_share=false) -%}
    select
        *,
        {{ wilson_low('value', 'cast(n as double)') if is_share else 'value - ' ~ t95('(n - 1)') ~ ' * value_se' }} as ci_low,
        {{ wilson_high('value', 'cast(n as double)') if is_share else 'value + ' ~ t95('(n - 1)') ~ ' * value_se' }} as ci_high
    from (
        select
            *,
            sqrt(greatest(cast(0 as double), square_mean - value * value) / nullif(n{{ ' - 1' if not is_share }}, 0)) as value_se
        from (
            select
                'institution' as scope,
                institution_id as scope_id,
                period_kind,
                period,
                subject,
                pupils_n as n,
                {%- set told = 'pupils_n >= ' ~ minimum_n('value_added') %}
                case when {{ told }} then {{ total }} end as numerator,
                case when {{ told }} then marks_n end as denominator,
                case when {{ told }} then cast({{ total }} as double) / marks_n end as value,
                cast({{ squares }} as double) / marks_n as square_mean,
                case when {{ told }} then 'ok' else 'too_few' end as status
            from {{ relation }}
        ) as averaged
    ) as erring
{%- endmacro %}
