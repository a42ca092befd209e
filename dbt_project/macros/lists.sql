{#- Columns that hold a list of values, and lists in the text of one cell, where engines differ. -#}

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

{#- A row for each value of a list in one cell. -#}
{% macro elements_of(column) %}{{ return(adapter.dispatch('elements_of')(column)) }}{% endmacro %}
{% macro default__elements_of(column) %}unnest(string_split({{ column }}, ';')){% endmacro %}
{% macro spark__elements_of(column) %}explode(split({{ column }}, ';')){% endmacro %}
