{#-
    Indicators. The SQL of an indicator makes rows of what is counted; what is made of them is the same for all: they are told by period and
    by scope, each unit once in a scope, summed and divided. A model ends with `indicator([...])`, a list of what five macros say: a
    share, a mean, a count, a ratio of sums, or a figure that another mart has.

    A relation of rows has `institution_id`, or `cluster_id`, or both (where a row names a cluster it counts for no other), and its
    periods: either columns school_year, semester, quarter and month of a day, of which those from `kind` on are read, or, with kind none,
    period_kind and period, where it stands once for each period (`each_period`).

    relation: name of the CTE. kind: the shortest period. unit: column of what is counted once in a scope; a row without one counts by itself.
    measure: main, or the name of another figure of the indicator, as in seed `indicator_measures`. by: members that rows name, `both` where it
    may be either, `scope` where the relation has been placed (columns scope, scope_id, period_kind and period). counted: what n is of a
    ratio, its denominator, the rows or, of what has been placed, a column. every: a unit with several rows in a scope holds only where all
    of them do; else one is enough.
-#}

{#- Part of the units of which something holds. -#}
{% macro share_of(relation, holds, kind=none, unit=none, measure='main', by='institution', every=false) -%}
    {{ return({
        'formula': 'share', 'relation': relation, 'kind': kind, 'unit': unit, 'measure': measure, 'by': by, 'every': every,
        'numerator': 'case when ' ~ holds ~ ' then 1 else 0 end', 'denominator': '1', 'times': 1,
    }) }}
{%- endmacro %}

{#- Mean of a column over the rows that have it. -#}
{% macro mean_of(relation, value, kind=none, unit=none, measure='main', by='institution') -%}
    {{ return({
        'formula': 'mean', 'relation': relation, 'kind': kind, 'unit': unit, 'measure': measure, 'by': by,
        'numerator': value, 'denominator': '1', 'times': 1,
    }) }}
{%- endmacro %}

{#- Mean in which a row counts as much as it weighs: a respondent for all who were asked. n is the rows. -#}
{% macro weighted_mean_of(relation, value, weight, kind=none, measure='main', by='institution') -%}
    {{ return({
        'formula': 'mean', 'is_weighted': true, 'relation': relation, 'kind': kind, 'unit': none, 'measure': measure, 'by': by,
        'numerator': value ~ ' * ' ~ weight, 'denominator': weight, 'times': 1,
    }) }}
{%- endmacro %}

{#- How many units there are, or the sum of a column of theirs; where the column is absent of all of them, it is not known. -#}
{% macro count_of(relation, value='1', kind=none, unit=none, measure='main', by='institution') -%}
    {{ return({
        'formula': 'count', 'relation': relation, 'kind': kind, 'unit': unit, 'measure': measure, 'by': by,
        'numerator': value, 'denominator': '1', 'times': 1,
    }) }}
{%- endmacro %}

{#-
    Sum of one column over that of another, times a number. with_error: what has been placed has columns value_se, ci_low and ci_high of its
    own, one row for each scope and period.
-#}
{% macro ratio_of(
    relation, numerator, denominator, kind=none, unit=none, measure='main', by='institution', times=1, counted='denominator', with_error=false
) -%}
    {{ return({
        'formula': 'ratio', 'relation': relation, 'kind': kind, 'unit': unit, 'measure': measure, 'by': by,
        'numerator': numerator, 'denominator': denominator, 'times': times, 'counted': counted, 'with_error': with_error,
    }) }}
{%- endmacro %}

{#-
    A figure that another mart has: rows of a relation, of which a condition holds, with scope, scope_id, period_kind, period, value,
    numerator, denominator, n, value_se, ci_low, ci_high and the status of the mart, which says itself why it does not tell one. Periods that
    the mart has and int_period has not are told of by the mart alone.
-#}
{% macro mart_of(relation, holds=none, measure='main') -%}
    {{ return({'formula': 'mart', 'relation': relation, 'holds': holds, 'measure': measure}) }}
{%- endmacro %}

{#- A kind of period and every longer one. -#}
{% macro kinds_from(kind) -%}
    {%- set kinds = ['month', 'quarter', 'semester', 'school_year'] -%}
    {{ return(kinds[kinds.index(kind):]) }}
{%- endmacro %}

{#-
    The rows of an indicator with all figures of it. The model's name says which one it is.
-#}
{% macro indicator(measures) -%}
    {%- for told in measures %}
select
    '{{ model.name[4:] | upper }}' as indicator,
    '{{ told.measure }}' as measure,
    scope,
    scope_id,
    period_kind,
    period,
    {%- if told.formula == 'mart' %}
    {%- for name in ['numerator', 'denominator', 'n', 'value', 'value_se', 'ci_low', 'ci_high'] %}
    cast({{ name }} as {{ 'bigint' if name == 'n' else 'double' }}) as {{ name }},
    {%- endfor %}
    status as mart_status
from {{ told.relation }}
where period in (select period from {{ ref('int_period') }}) {{ 'and ' ~ told.holds if told.holds }}
    {%- else %}
    cast(numerator as double) as numerator,
    {{ 'cast(null as double)' if told.formula == 'count' else 'cast(denominator as double)' }} as denominator,
    cast({{ counted_column(told) }} as bigint) as n,
    {{ indicator_value(told) }} as value,
    {{ indicator_error(told) }} as value_se,
    {{ indicator_end(told, '-') }} as ci_low,
    {{ indicator_end(told, '+') }} as ci_high,
    cast(null as {{ dbt.type_string() }}) as mart_status
from ({{ sums_in_scopes(told) }}) as summed
    {%- endif %}
{{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro counted_column(told) -%}
    {{ return('denominator' if told.formula == 'share' or told.counted == 'denominator' else 'counted_n' if has_count(told) else 'rows_n') }}
{%- endmacro %}

{% macro indicator_value(told) -%}
    {%- if told.formula == 'count' -%}cast(numerator as double)
    {%- elif told.formula == 'mean' and not told.is_weighted -%}cast(numerator as double) / rows_n
    {%- else -%}cast(numerator{{ ' * ' ~ told.times if told.times != 1 }} as double) / cast(nullif(denominator, 0) as double)
    {%- endif -%}
{%- endmacro %}

{#- Rows that a mean rests on; where they weigh, as many of one weight as would be as good (Kish 1965). -#}
{% macro effective_n(told) -%}
    {{ 'cast(denominator as double) * cast(denominator as double) / weight_square_sum' if told.is_weighted else 'rows_n' }}
{%- endmacro %}

{#- Standard error as if the rows were drawn at random: of shares, of means, and of what has one of its own. -#}
{% macro indicator_error(told) -%}
    {%- if told.formula == 'share' -%}
        sqrt(cast(numerator as double) * cast(denominator - numerator as double) / cast(denominator as double)) / cast(denominator as double)
    {%- elif told.is_weighted -%}
        sqrt(
            greatest(cast(0 as double), square_sum / cast(denominator as double) - power({{ indicator_value(told) }}, 2))
            / case when rows_n > 1 then {{ effective_n(told) }} - 1 end
        )
    {%- elif told.formula == 'mean' -%}
        sqrt(
            greatest(cast(0 as double), square_sum - cast(numerator as double) * cast(numerator as double) / rows_n)
            / nullif(rows_n - 1, 0) / rows_n
        )
    {%- elif told.with_error -%}value_se
    {%- else -%}cast(null as double)
    {%- endif -%}
{%- endmacro %}

{#- End of the 95 % interval: Wilson's of a share, Student's of a mean of eight or more, that of what has one of its own. -#}
{% macro indicator_end(told, sign) -%}
    {%- if told.formula == 'share' -%}
        {{ (wilson_low if sign == '-' else wilson_high)(indicator_value(told), 'cast(denominator as double)') }}
    {%- elif told.formula == 'mean' -%}
        case
            when {{ effective_n(told) }} >= {{ minimum_n('mean') }}
                then {{ indicator_value(told) }} {{ sign }} {{ t95('(' ~ effective_n(told) ~ ' - 1)') }} * {{ indicator_error(told) }}
        end
    {%- elif told.with_error -%}{{ 'ci_low' if sign == '-' else 'ci_high' }}
    {%- else -%}cast(null as double)
    {%- endif -%}
{%- endmacro %}

{#-
    Whether the figures of two periods differ by more than chance would have it, by the 90 % interval of their difference: of shares that of
    Agresti and Caffo (2000), who add one unit to each side, so that a share of 0 or 1 is not taken for certain; otherwise from the
    standard errors. Of a count, or a ratio of amounts, every change counts; of a figure of another mart that has no error, nobody can say.
-#}
{% macro has_changed(now, before) -%}
    case
        when {{ now }}.formula = 'share' then
            abs({{ agresti_share(now) }} - {{ agresti_share(before) }})
            > {{ z90() }} * sqrt({{ agresti_variance(now) }} + {{ agresti_variance(before) }})
        when {{ now }}.formula = 'mart' and ({{ now }}.value_se is null or {{ before }}.value_se is null) then null
        else
            abs({{ now }}.value - {{ before }}.value)
            > coalesce({{ z90() }} * sqrt(power({{ now }}.value_se, 2) + power({{ before }}.value_se, 2)), 0)
    end
{%- endmacro %}

{% macro agresti_share(of) %}({{ of }}.numerator + 1) / ({{ of }}.n + 2){% endmacro %}

{% macro agresti_variance(of) -%}
    ({{ of }}.numerator + 1) * ({{ of }}.n - {{ of }}.numerator + 1) / power({{ of }}.n + 2, 3)
{%- endmacro %}

{#- What the status of another mart is here. A mean whose error alone is withheld is told; so is one whose count is. -#}
{% macro status_of_mart(status, value) -%}
    case
        when {{ status }} in ('ok', 'unreliable', 'few_clusters', 'suppressed_secondary') and {{ value }} is not null then 'ok'
        when {{ status }} = 'too_few_institutions' and {{ value }} is not null then 'ok'
        when {{ status }} in ('too_few', 'too_few_institutions', 'too_few_controls', 'suppressed_secondary') then 'too_few'
        when {{ status }} in ('not_collected', 'no_prior', 'no_year_before', 'no_pass_score') then 'not_collected'
        when {{ status }} = 'not_yet_observed' then 'not_yet_observed'
        else 'not_applicable'
    end
{%- endmacro %}

{#- A bound of seed `thresholds`. -#}
{% macro threshold(code) -%}
    (select cast(bound as double) from {{ ref('thresholds') }} where code = '{{ code }}')
{%- endmacro %}
