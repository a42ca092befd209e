{#-
    Ends of 95 % intervals. Arguments are exact counts (or, for the interval that reckons with institutions, an effective
    count); the one place where doubles enter is here, so that a figure has the same digits in every run.
-#}
{% macro z95() %}cast(1.959963984540054 as double){% endmacro %}
{% macro z90() %}cast(1.6448536269514722 as double){% endmacro %}

{#-
    97.5 % point of Student's t, by Cornish and Fisher's expansion in 1 / df (Abramowitz and Stegun 26.7.5). From 19 degrees of
    freedom on it is right to 1e-6.
-#}
{% macro t95(df) -%}
    (
        {{ z95() }}
        + cast(2.372271230298562 as double) / ({{ df }})
        + cast(2.8224986157396112 as double) / power({{ df }}, 2)
        + cast(2.555849679507722 as double) / power({{ df }}, 3)
        + cast(1.5895340533938225 as double) / power({{ df }}, 4)
    )
{%- endmacro %}

{#-
    97.5 % point of Fisher's F, by Paulson's approximation (1942): the cube roots of two mean squares are nearly normal. With nine degrees of
    freedom and more on either side it is right to 1 %. The 2.5 % point is 1 over that of the two sides changed about.
-#}
{% macro f975(df1, df2) -%}
    {%- set a = '(cast(2 as double) / (9 * (' ~ df1 ~ ')))' -%}
    {%- set b = '(cast(2 as double) / (9 * (' ~ df2 ~ ')))' -%}
    power(
        (
            (1 - {{ a }}) * (1 - {{ b }})
            + {{ z95() }} * sqrt(
                {{ b }} * power(1 - {{ a }}, 2) + {{ a }} * power(1 - {{ b }}, 2) - power({{ z95() }}, 2) * {{ a }} * {{ b }}
            )
        ) / (power(1 - {{ b }}, 2) - power({{ z95() }}, 2) * {{ b }}),
        3
    )
{%- endmacro %}

{#-
    End of the log-log interval of a survival share b.share from the jackknife j by institution, t with (groups - 1) degrees of freedom; no
    narrower than Greenwood's error would have it, as the index by institution is no narrower than people apart would.
-#}
{% macro log_log_cluster(end) -%}
    case
        when j.groups_n >= {{ minimum_n('cluster_interval') }} and b.share > 0 and b.share < 1
            then exp(ln(b.share) * exp(
                {{ '' if end == 'low' else '-' }}{{ t95('(j.groups_n - 1)') }}
                * greatest(j.survival_cluster_se / b.share, b.log_se) / abs(ln(b.share))
            ))
    end
{%- endmacro %}

{#-
    Wilson's score interval of retained_n of base_n; the effective size is base_n / deff, and the quantile that of the normal or, where
    the variance is estimated from so many institutions, of t. At 0 and 1 the closed end is exact.
-#}
{% macro wilson(share, n, sign, z) -%}
    (
        {{ share }} + {{ z }} * {{ z }} / (2 * {{ n }})
        {{ sign }} {{ z }} * sqrt({{ share }} * (1 - {{ share }}) / {{ n }} + {{ z }} * {{ z }} / (4 * {{ n }} * {{ n }}))
    ) / (1 + {{ z }} * {{ z }} / {{ n }})
{%- endmacro %}

{% macro wilson_low(share, n, z=none) -%}
    {%- set z = z or z95() -%}
    case
        when {{ share }} is null or {{ n }} is null then null
        when {{ share }} = 0 then cast(0 as double)
        else greatest(cast(0 as double), {{ wilson(share, n, '-', z) }})
    end
{%- endmacro %}

{% macro wilson_high(share, n, z=none) -%}
    {%- set z = z or z95() -%}
    case
        when {{ share }} is null or {{ n }} is null then null
        when {{ share }} = 1 then cast(1 as double)
        else least(cast(1 as double), {{ wilson(share, n, '+', z) }})
    end
{%- endmacro %}

{#- A term of a sum, as a decimal: sums of decimals do not depend on the order in which threads add them. -#}
{% macro exact(term) %}cast({{ term }} as decimal(38, 24)){% endmacro %}
