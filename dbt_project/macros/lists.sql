{#- Columns that hold a list of values, where engines differ. A list in the text of one cell is `elements_of` and `split_rows`. -#}

{#- A row for each value of a list; stands in a select list. -#}
{% macro items_of(list) %}{{ return(adapter.dispatch('items_of')(list)) }}{% endmacro %}
{% macro default__items_of(list) %}unnest({{ list }}){% endmacro %}
{% macro spark__items_of(list) %}explode({{ list }}){% endmacro %}

{#- Whether a list holds a value. -#}
{% macro holds(list, value) %}{{ return(adapter.dispatch('holds')(list, value)) }}{% endmacro %}
{% macro default__holds(list, value) %}list_contains({{ list }}, {{ value }}){% endmacro %}
{% macro spark__holds(list, value) %}array_contains({{ list }}, {{ value }}){% endmacro %}

{#- The texts of a group in one cell, in the order of some columns. dbt's own macro leaves out the order on Spark. -#}
{% macro joined(text, separator, order) %}{{ return(adapter.dispatch('joined')(text, separator, order)) }}{% endmacro %}
{% macro default__joined(text, separator, order) %}string_agg({{ text }}, '{{ separator }}' order by {{ order }}){% endmacro %}
{% macro spark__joined(text, separator, order) %}listagg({{ text }}, '{{ separator }}') within group (order by {{ order }}){% endmacro %}
