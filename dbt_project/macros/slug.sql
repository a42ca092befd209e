{#- A name in one form for comparison; the same rule as the macro `slug` of ingest, which a test holds it against. -#}
{% macro slug(column) %}{{ return(adapter.dispatch('slug')(column)) }}{% endmacro %}

{% macro default__slug(column) -%}
    trim(regexp_replace(lower({{ column }}), '[^\p{L}\p{N}]+', '-', 'g'), '-')
{%- endmacro %}

{% macro spark__slug(column) -%}
    trim(both '-' from regexp_replace(lower({{ column }}), '[^\\p{L}\\p{N}]+', '-'))
{%- endmacro %}
