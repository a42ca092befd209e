{#- Codes of the indicators that are computed, each by model ind_<code>. tests/unit/test_indicators.py holds them against the registry. -#}
{% macro indicator_codes() -%}
    {{ return([
        'a1', 'a2', 'a3', 'a4', 'a5', 'a6',
        'f1', 'f2', 'f3',
        'l1', 'l2', 'l3', 'l4', 'l5', 'l6', 'l7',
        'm1', 'm2', 'm3',
        'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8', 'p9', 'p10', 'p11', 'p12', 'p13', 'p14', 'p15',
    ]) }}
{%- endmacro %}
