{#-
    Ends of 95 % intervals. Arguments are exact counts (or, for the interval that reckons with institutions, an effective
    count); the one place where doubles enter is here, so that a figure has the same digits in every run.
-#}
{% macro z95() %}cast(1.959963984540054 as double){% endmacro %}

{#- Wilson's score interval of retained_n of base_n; the effective size is base_n / deff. At 0 and 1 the closed end is exact. -#}
{% macro wilson(share, n, sign) -%}
    (
        {{ share }} + {{ z95() }} * {{ z95() }} / (2 * {{ n }})
        {{ sign }} {{ z95() }} * sqrt({{ share }} * (1 - {{ share }}) / {{ n }} + {{ z95() }} * {{ z95() }} / (4 * {{ n }} * {{ n }}))
    ) / (1 + {{ z95() }} * {{ z95() }} / {{ n }})
{%- endmacro %}

{% macro wilson_low(share, n) -%}
    case
        when {{ share }} is null or {{ n }} is null then null
        when {{ share }} = 0 then cast(0 as double)
        else greatest(cast(0 as double), {{ wilson(share, n, '-') }})
    end
{%- endmacro %}

{% macro wilson_high(share, n) -%}
    case
        when {{ share }} is null or {{ n }} is null then null
        when {{ share }} = 1 then cast(1 as double)
        else least(cast(1 as double), {{ wilson(share, n, '+') }})
    end
{%- endmacro %}

{#- A term of a sum, as a decimal: sums of decimals do not depend on the order in which threads add them. -#}
{% macro exact(term) %}cast({{ term }} as decimal(38, 24)){% endmacro %}
