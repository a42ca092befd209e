{#-
    What people answered. A respondent is known within one questionnaire, so that in a period of several waves the mean of theirs counts,
    once, where and as who they answered last: eight answers of two people are no eight respondents.
-#}

{#-
    Rows of waves, one for each respondent and period, of the kinds from `kind` on; `values` are columns of which the mean is taken. Sums
    are of decimals, whose order does not matter. Engines differ in whether the newest of a column may be an absent one; an empty text may.
-#}
{% macro by_respondent(relation, values, kind, keys=['instrument']) -%}
    {%- set keys = keys + ['respondent_id', 'period_kind', 'period'] -%}
    select
        {{ keys | join(', ') }},
        {%- for column in ['institution_id', 'cluster_id', 'role'] %}
        nullif(max_by(coalesce({{ column }}, ''), answer), '') as {{ column }},
        {%- endfor %}
        {%- for column in values %}
        cast(
            cast(sum(cast({{ column }} as decimal(24, 8))) as decimal(38, 8)) / nullif(count({{ column }}), 0) as double
        ) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            *,
            concat(cast(answered_on as {{ dbt.type_string() }}), wave) as answer
        from ({{ in_each_kind(relation, kind) }}) as told
    ) as ordered
    group by {{ keys | join(', ') }}
{%- endmacro %}

{#- Rows with the periods of a day, once for each kind of period. -#}
{% macro in_each_kind(relation, kind) -%}
    {%- for name in kinds_from(kind) %}
        select
            *,
            '{{ name }}' as period_kind,
            {{ name }} as period
        from {{ relation }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Who answered a questionnaire in each period. -#}
{% macro respondents(instrument, kind, roles=none) -%}
    (
        select * from {{ ref('survey_person') }}
        where
            instrument = '{{ instrument }}' and period_kind in ({{ quoted(kinds_from(kind)) }})
            {{ of_roles(roles) }}
    )
{%- endmacro %}

{#- Part of those invited who answered. -#}
{% macro response_rate(instrument, kind, roles=none) -%}
    {%- set relation -%}
        (select * from {{ ref('survey_cell') }} where instrument = '{{ instrument }}' {{ of_roles(roles) }})
    {%- endset -%}
    {{ return(ratio_of(relation, 'answered_n', 'invited_n', kind=kind, measure='response_rate')) }}
{%- endmacro %}

{#-
    Cronbach's alpha of those who answered every item: k / (k - 1) * (1 - sum of the items' variances / variance of the sum). It needs three
    items. Sums of squares stand for variances, of which the divisor is the same.
-#}
{% macro alpha_of(instrument, kind, roles=none) -%}
    {%- set moment -%}
        (
            select * from {{ ref('survey_moment') }}
            where instrument = '{{ instrument }}' and period_kind in ({{ quoted(kinds_from(kind)) }}) {{ of_roles(roles) }}
        )
    {%- endset -%}
    {%- set names = {'item': 'item', 'respondents_n': 'respondents_n', 'value_sum': 'value_sum', 'square_sum': 'square_sum'} -%}
    {%- set relation -%}
        (
            select
                scope,
                scope_id,
                period_kind,
                period,
                max(respondents_n) as respondents_n,
                count(*) - 1 as items_n,
                sum(case when item = '_total' then square end) as total_square,
                sum(case when item <> '_total' then square end) as items_square
            from (
                select
                    scope,
                    scope_id,
                    period_kind,
                    period,
                    item,
                    sum(respondents_n) as respondents_n,
                    cast(
                        cast(sum(square_sum) as double) - power(cast(sum(value_sum) as double), 2) / sum(respondents_n) as decimal(24, 8)
                    ) as square
                from ({{ placed(moment, names, 'both') }}) as placed
                group by scope, scope_id, period_kind, period, item
            ) as item
            group by scope, scope_id, period_kind, period
        )
    {%- endset -%}
    {{ return(ratio_of(
        relation, 'items_n * (total_square - items_square)', '(items_n - 1) * total_square', by='scope', measure='alpha',
        counted='respondents_n',
    )) }}
{%- endmacro %}

{% macro of_roles(roles) %}{{ 'and role in (' ~ quoted(roles) ~ ')' if roles }}{% endmacro %}
