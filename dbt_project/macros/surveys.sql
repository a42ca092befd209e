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
    {%- set scored = "(select * from " ~ ref('survey_score') ~ " where instrument = '" ~ instrument ~ "') as scored" -%}
    (
        select *
        from ({{ by_respondent(scored, ['score', 'weight', 'threshold', 'low_third'], kind) }}) as person
        {{ 'where role in (' ~ quoted(roles) ~ ')' if roles }}
    )
{%- endmacro %}

{#- Part of those invited who answered. -#}
{% macro response_rate(instrument, kind, roles=none) -%}
    {%- set relation -%}
        (select * from {{ ref('survey_cell') }} where instrument = '{{ instrument }}' {{ of_roles(roles) }})
    {%- endset -%}
    {{ return(ratio_of(relation, 'answered_n', 'invited_n', kind=kind, measure='response_rate')) }}
{%- endmacro %}

{#- Whether two rows agree in some columns, absent ones too. -#}
{% macro same_or_both_absent(one, other, columns) -%}
    {%- for column in columns -%}
    {{ one }}.{{ column }} is not distinct from {{ other }}.{{ column }}{{ '
            and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- Questionnaires of which an indicator tells how reliable they are. -#}
{% macro questionnaires_of_scales() %}{{ return(['tam', 'technostress', 'trust', 'wellbeing']) }}{% endmacro %}

{#-
    Sums of squares and cross-products of items about their means, of those who answered every item; one row a pair of items, where `item` is
    not after `other_item`. They stand for variances and covariances, of which the divisor is the same.
-#}
{% macro item_squares(instrument, kind, roles=none) -%}
    {%- if instrument not in questionnaires_of_scales() -%}
        {{ exceptions.raise_compiler_error(instrument ~ ' is no questionnaire of questionnaires_of_scales') }}
    {%- endif -%}
    {%- set asked = '(select * from ' ~ ref('survey_moment') ~ " where instrument = '" ~ instrument ~ "' " ~ of_roles(roles) ~ ') as asked' -%}
    {%- set moment -%}
        (
            select *
            from ({{ in_each_kind(asked, kind) }}) as told
            where case period_kind when 'quarter' then is_last_of_quarter when 'semester' then is_last_of_semester else is_last_of_year end
        )
    {%- endset -%}
    {%- set columns = {} -%}
    {%- for name in ['item', 'other_item', 'respondents_n', 'value_sum', 'other_sum', 'product_sum'] -%}
        {%- do columns.update({name: name}) -%}
    {%- endfor -%}
    select
        scope,
        scope_id,
        period_kind,
        period,
        item,
        other_item,
        sum(respondents_n) as respondents_n,
        cast(
            cast(sum(product_sum) as double)
            - cast(sum(value_sum) as double) * cast(sum(other_sum) as double) / sum(respondents_n) as decimal(24, 8)
        ) as square
    from ({{ placed(moment, columns, 'both') }}) as placed
    group by scope, scope_id, period_kind, period, item, other_item
{%- endmacro %}

{#-
    Cronbach's alpha of those who answered every item: k / (k - 1) * (1 - sum of the items' variances / variance of the sum). It needs three
    items; `squares` names what item_squares makes. The interval is Feldt's (1965): (1 - alpha) over its estimate is as Fisher's F, where items
    are normal and of one variance.
-#}
{% macro alpha_of(squares) -%}
    {%- set value = 'items_n * (total_square - items_square) / nullif((items_n - 1) * total_square, 0)' -%}
    {%- set within = '((respondents_n - 1) * (items_n - 1))' -%}
    {%- set low = '1 - (1 - ' ~ value ~ ') * ' ~ f975('respondents_n - 1', within) -%}
    {%- set high = '1 - (1 - ' ~ value ~ ') / ' ~ f975(within, 'respondents_n - 1') -%}
    {%- set relation -%}
        (
            select
                *,
                case when respondents_n >= {{ minimum_n('alpha') }} then ({{ high }} - ({{ low }})) / (2 * {{ z95() }}) end as value_se,
                case when respondents_n >= {{ minimum_n('alpha') }} then {{ low }} end as ci_low,
                case when respondents_n >= {{ minimum_n('alpha') }} then {{ high }} end as ci_high
            from (
                select
                    scope,
                    scope_id,
                    period_kind,
                    period,
                    max(respondents_n) as respondents_n,
                    count(case when item = other_item then 1 end) as items_n,
                    cast(sum(case when item = other_item then square else 2 * square end) as double) as total_square,
                    cast(sum(case when item = other_item then square end) as double) as items_square
                from {{ squares }}
                group by scope, scope_id, period_kind, period
            ) as whole
        )
    {%- endset -%}
    {{ return(ratio_of(
        relation, 'items_n * (total_square - items_square)', '(items_n - 1) * total_square', by='scope', measure='alpha',
        counted='respondents_n', with_error=true,
    )) }}
{%- endmacro %}

{#-
    McDonald's omega (1999) of one factor, of those who answered every item: (sum of loadings)^2 over that and the sum of what is each item's
    own. Loadings are Spearman's (1927), in closed form: the square of one is the sum, over pairs of other items, of the products of their
    covariances with it, over the sum of the covariances of these pairs. They are what maximum likelihood finds where one factor is all there
    is, and near it otherwise; Hancock and An (2020) make omega of them. Where a square comes out under nought, or over the variance of the
    item, one factor does not describe the items, and nothing is divided by. No interval is known that needs no resampling of answers.
-#}
{% macro omega_of(squares) -%}
    {%- set relation -%}
        (
            select
                scope,
                scope_id,
                period_kind,
                period,
                max(respondents_n) as respondents_n,
                power({{ decimal_sum('sign(beside) * sqrt(greatest(loading_square, cast(0 as double)))') }}, 2) as common,
                {{ decimal_sum('own - loading_square') }} as unique_square,
                min(case when loading_square between 0 and own then 1 else 0 end) as is_one_factor
            from (
                select
                    *,
                    (cast(beside as double) * cast(beside as double) - beside_square)
                    / cast(nullif(sum(beside) over (partition by scope, scope_id, period_kind, period) - 2 * beside, 0) as double) as loading_square
                from (
                    select
                        scope,
                        scope_id,
                        period_kind,
                        period,
                        item,
                        max(respondents_n) as respondents_n,
                        cast(sum(case when item = other_item then square end) as double) as own,
                        cast(sum(case when item <> other_item then square else 0 end) as decimal(38, 8)) as beside,
                        {{ decimal_sum('case when item <> other_item then cast(square as double) * cast(square as double) else 0 end') }}
                            as beside_square
                    from (
                        select * from {{ squares }}
                        union all
                        select
                            scope,
                            scope_id,
                            period_kind,
                            period,
                            other_item as item,
                            item as other_item,
                            respondents_n,
                            square
                        from {{ squares }}
                        where item <> other_item
                    ) as pair
                    group by scope, scope_id, period_kind, period, item
                ) as item
            ) as loading
            group by scope, scope_id, period_kind, period
        )
    {%- endset -%}
    {{ return(ratio_of(
        relation, 'common', 'case when is_one_factor = 1 then common + unique_square else 0 end', by='scope', measure='omega',
        counted='respondents_n',
    )) }}
{%- endmacro %}

{% macro of_roles(roles) %}{{ 'and role in (' ~ quoted(roles) ~ ')' if roles }}{% endmacro %}
