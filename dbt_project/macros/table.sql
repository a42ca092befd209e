{#-
    Each run builds a warehouse of its own, in which no table stands yet: a table is made under its name at once. The adapter's
    way, to make it beside an older one, rename both and look for what is left, takes longer than most of our queries.
-#}
{% materialization table, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set older = load_cached_relation(this) -%}
    {%- if older is not none -%}{% do adapter.drop_relation(older) %}{%- endif -%}
    {% call statement('main') -%}
        {{ create_table_as(False, target, compiled_code) }}
    {%- endcall %}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
