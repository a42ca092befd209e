{#- Codes of the indicators that are computed, each by model ind_<code>. tests/unit/test_indicators.py holds them against the registry. -#}
{% macro indicator_codes() -%}
    {{ return([
        'a1', 'a2', 'a3', 'a4', 'a5', 'a6',
        'e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7', 'e8',
        'h1', 'h2', 'h3',
        'l1', 'l2', 'l3', 'l4', 'l5', 'l6', 'l7',
        'o1', 'o2', 'o3', 'o4', 'o6', 'o7', 'o8', 'o9', 'o10',
    ]) }}
{%- endmacro %}
