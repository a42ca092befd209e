{#- Baseline and target beside a figure: the newest decision known by the as-of date, for the country, an oblast or a cluster. -#}

{% macro target_columns(target='g') -%}
    {{ target }}.baseline_value,
    {{ target }}.baseline_on,
    {{ target }}.target_value,
    {{ target }}.target_on
{%- endmacro %}

{#- Of what is decided. Senders name the country as they like; it is one. -#}
{% macro decided_scope_id(target) -%}
    case {{ target }}.scope when 'country' then 'all' else {{ target }}.scope_id end
{%- endmacro %}

{#- Joins them to a relation with level, segment and segment_value. What is decided of an indicator is decided of its headline level. -#}
{% macro join_target(indicator, relation, target='g', condition='true') -%}
    left join {{ ref('int_target') }} as {{ target }}
    on
        {{ indicator }} = {{ target }}.indicator
        and {{ relation }}.segment = {{ target }}.segment
        and {{ relation }}.segment_value = {{ target }}.segment_value
        and {{ relation }}.level = '{{ var('headline_level') }}'
        and {{ condition }}
{%- endmacro %}
