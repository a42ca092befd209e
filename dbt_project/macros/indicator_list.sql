{#- Codes of the indicators that are computed, each by model ind_<code>. tests/unit/test_indicators.py holds them against the registry. -#}
{% macro indicator_codes() -%}
    {{ return([
        'a1', 'a2', 'a3', 'a4', 'a5', 'a6',
        'd1', 'd2', 'd4',
        'j1',
        'l1', 'l2', 'l3', 'l4', 'l5', 'l6', 'l7',
        't1', 't2', 't3', 't4',
    ]) }}
{%- endmacro %}
