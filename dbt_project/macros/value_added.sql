{#- Value added: what the cross-products are made of. Scores are whole numbers of 1e-7 standard deviations, so that sums are exact. -#}

{#- Columns of int_value_added_row in the order of the model, the outcome last; the constant is not among them. -#}
{% macro value_added_columns() -%}
    {{ return([
        'prior', 'prior_missing', 'prior_other', 'prior_other_missing',
        'is_female', 'is_disadvantaged', 'has_special_needs', 'roll_missing', 'outcome',
    ]) }}
{%- endmacro %}

{#- Those of them, and what newcomers knew earlier, that are scores: the others are 0 or 1. -#}
{% macro value_added_scores() %}{{ return(['prior', 'prior_other', 'outcome', 'earlier']) }}{% endmacro %}

{#-
    A score of int_score s on the scale of int_score_scale b, in 1e-7 standard deviations. Cut off where products of two would no longer
    fit: 300 standard deviations from the mean are a fault anyway.
-#}
{% macro score_e7(s, b) -%}
    cast(
        greatest(-3e9, least(3e9, round((cast({{ s }}.score as double) - {{ b }}.mean_score) / {{ b }}.sd_score * 1e7))) as bigint
    )
{%- endmacro %}

{#- A sum of products of whole numbers, in as many digits as it takes. -#}
{% macro exact_sum(value, times=none) %}{{ return(adapter.dispatch('exact_sum')(value, times)) }}{% endmacro %}
{% macro default__exact_sum(value, times) -%}
    cast(sum({{ value }}{{ ' * ' ~ times if times }}) as decimal(38, 0))
{%- endmacro %}
{% macro spark__exact_sum(value, times) -%}
    cast(sum(cast({{ value }} as decimal(19, 0)){{ ' * cast(' ~ times ~ ' as decimal(19, 0))' if times }}) as decimal(38, 0))
{%- endmacro %}

{#-
    A sum of scores or of pupils, of as many digits as a bigint has: a score is below 3e9. Half the time of a sum goes into more digits,
    and nine tenths of the reading.
-#}
{% macro whole_sum(value, times=none) -%}
    cast(sum({{ value }}{{ ' * ' ~ times if times }}) as bigint)
{%- endmacro %}

{#- Sums of the columns and of their products, named after their places, the constant being 0. -#}
{% macro cross_products(columns) -%}
    {%- set scores = value_added_scores() -%}
    {%- for column in columns -%}
    {%- set number = loop.index %}
    {{ whole_sum(column) }} as sum_0_{{ number }},
    {%- for other in columns[loop.index0:] %}
    {{ (exact_sum if column in scores and other in scores else whole_sum)(column, other) }} as sum_{{ number }}_{{ number + loop.index0 }}{{ ',' if not (number == columns | length) }}
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}

{#- Sums of the columns alone, under the same names. -#}
{% macro plain_sums(columns) -%}
    {%- for column in columns %}
    {{ whole_sum(column) }} as sum_0_{{ loop.index }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- The year, grade, subject and test that a model is of. -#}
{% macro model_keys() %}{{ return(['start_year', 'grade', 'subject', 'test']) }}{% endmacro %}
