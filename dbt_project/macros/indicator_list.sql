{#- Codes of the indicators that are computed, each by model ind_<code>. tests/unit/test_indicators.py holds them against the registry. -#}
{% macro indicator_codes() -%}
    {{ return([
        'a1', 'a2', 'a3', 'a4', 'a5', 'a6',
        'd1', 'd2', 'd3', 'd4', 'd5',
        'e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7', 'e8',
        'f1', 'f2', 'f3',
        'g1', 'g2', 'g3', 'g4',
        'h1', 'h2', 'h3',
        'j1',
        'l1', 'l2', 'l3', 'l4', 'l5', 'l6', 'l7',
        'm1', 'm2', 'm3',
        'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7',
        'o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7', 'o8', 'o9', 'o10',
        'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8', 'p9', 'p10', 'p11', 'p12', 'p13', 'p14', 'p15',
        'r12', 'r24', 'r36', 'r60', 'rc', 'rf', 'rn', 'rt', 'ry',
        's1', 'sa', 'sm',
        't1', 't2', 't3', 't4',
        'va', 'vb', 'vg', 'vn', 'vp', 'vu',
        'x1', 'x2', 'x3',
    ]) }}
{%- endmacro %}

{#- Measures of what was done since the school year began: they begin anew each year, and are compared with the same part of the last. -#}
{% macro counted_since_autumn() %}{{ return(['L1 main', 'L2 main', 'L3 teachers']) }}{% endmacro %}

{#- Codes of the rules of early warning, each by model alert_<code>. -#}
{% macro alert_codes() -%}
    {{ return([
        'w01', 'w02', 'w03', 'w04', 'w05', 'w06', 'w07', 'w08', 'w09', 'w10', 'w11', 'w12', 'w13', 'w14', 'w15', 'w16', 'w17', 'w18',
    ]) }}
{%- endmacro %}

{#- What was counted of a figure, and whether anything was. -#}
{% macro part_columns(part) -%}
    {{ part }}.indicator is not null as is_counted,
    {%- for name in ['numerator', 'denominator', 'n', 'value', 'value_se', 'ci_low', 'ci_high', 'mart_status'] %}
        {{ part }}.{{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- All rows of models that have the same columns. -#}
{% macro rows_of(prefix, codes) -%}
    {%- for code in codes %}
    select * from {{ ref(prefix ~ code) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
