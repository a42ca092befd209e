{#- Figures that are withheld, since others and they would tell of too few. -#}

{#-
    Measures of some of those whom the main figure of an indicator is of, and which of the two is withheld where the rest of them are too
    few: the part or, where the parts are what is asked for, the whole.
-#}
{% macro parts_of_figures() -%}
    {%- set parts = [
        ('T3', 'young_teachers', 'young_teachers'),
        ('E4', 'students', 'main'), ('E4', 'employers', 'main'),
        ('P13', 'schools', 'main'), ('P13', 'practicants', 'main'),
    ] -%}
    {%- for indicator, part, withheld in parts %}
    select
        '{{ indicator }}' as indicator,
        '{{ part }}' as part,
        '{{ withheld }}' as withheld
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Whether two figures are of one scope and period. -#}
{% macro same_place(one, other) -%}
    {%- for column in ['scope', 'scope_id', 'period_key'] -%}
    {{ one }}.{{ column }} = {{ other }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- The institutions of one figure within a wider scope. -#}
{% macro within_figure(of) -%}
    partition by {{ of }}.figure_no, {{ of }}.period_key, {{ of }}.within, {{ of }}.within_id
{%- endmacro %}

{#- Some, and fewer than may be told of. -#}
{% macro are_too_few(n, minimum) -%}
    {{ n }} > 0 and {{ n }} < {{ minimum }}
{%- endmacro %}
