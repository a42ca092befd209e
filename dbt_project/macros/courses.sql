{#- What those who completed a course say of it, or have learned. -#}

{#-
    Of each course the mean of columns of a relation with a row for each person and course, by the indicators they belong to: people who
    have a value, the mean and its standard error, that of people drawn at random.
-#}
{% macro course_means(relation, columns) -%}
    {%- for indicator, column in columns.items() %}
    {#- DuckDB keeps the product of two decimals of 18 digits to 18. #}
    {%- set wide = 'cast(' ~ column ~ ' as decimal(19, 8))' %}
    select
        provider_id,
        course,
        '{{ indicator }}' as indicator,
        count({{ column }}) as n,
        {{ decimal_sum(column) }} / nullif(count({{ column }}), 0) as mean_value,
        sqrt(
            greatest({{ decimal_sum(wide ~ ' * ' ~ wide) }} - power({{ decimal_sum(column) }}, 2) / nullif(count({{ column }}), 0), 0)
            / nullif(count({{ column }}) - 1, 0) / nullif(count({{ column }}), 0)
        ) as mean_se
    from {{ relation }}
    group by provider_id, course
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
