{#- Codes of the indicators that are computed, each by model ind_<code>. tests/unit/test_indicators.py holds them against the registry. -#}
{% macro indicator_codes() -%}
    {{ return([
        'a1', 'a2', 'a3', 'a4', 'a5', 'a6',
        'l1', 'l2', 'l3', 'l4', 'l5', 'l6', 'l7',
        'r12', 'r24', 'r36', 'r60', 'rc', 'rf', 'rn', 'rt', 'ry',
        'va', 'vb', 'vg', 'vn', 'vp', 'vu',
        'x1', 'x2', 'x3',
    ]) }}
{%- endmacro %}
