{#- Rows of the passport, one query for each field or kind of field: section, field and value as SQL, the feed, the day it holds for, and
    the rest of the query from its relation on. -#}
{% macro passport_rows(fields) -%}
    {%- for section, field, value, feed, valid_on, rest in fields %}
    select
        cluster_id,
        {{ section }} as section,
        {{ field }} as field,
        cast({{ value }} as {{ dbt.type_string() }}) as value,
        '{{ feed }}' as source_feed,
        {{ valid_on }} as valid_on
    from {{ rest }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
