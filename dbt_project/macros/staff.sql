{#- All staff of a school year: who finished it, and who left. -#}

{#- The last school day of the school year that begins in a calendar year. -#}
{% macro last_school_day(start_year) -%}
    cast(concat(cast({{ start_year }} + 1 as {{ dbt.type_string() }}), '-{{ var('last_school_day') }}') as date)
{%- endmacro %}

{#- Columns for each level, from a text in which {level} stands for it. -#}
{% macro level_columns(text) -%}
    {%- for level in retention_levels() -%}
    {{ text | replace('{level}', level) }}{{ ',
        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- Of who was in post on the first day, as int_retention_outcome has it of a horizon day; null of the others. -#}
{% macro finish_code(level) -%}
    case when is_in_post then {{ outcome_on_the_day(level) }} end
{%- endmacro %}

{#- 0 stays at the level, 1 unknown, 2 leaves it in the school year. Who retired or died has left every level. -#}
{% macro exit_code(level) -%}
    cast(case
        when not is_exit or goes_on_{{ level }} then 0
        else {{ '2' if level == 'workplace' else 'case when not is_career_end and (is_local or is_lost_' ~ level ~ ') then 1 else 2 end' }}
    end as int)
{%- endmacro %}

{#- Counts of int_staff_year, by name. -#}
{% macro staff_measures() -%}
    {%- set measures = {
        'in_post_n': 'is_in_post',
        'unread_n': 'not is_read',
        'removed_n': 'finish_workplace = 3',
        'exits_removed_n': 'is_read and exit_workplace = 2 and is_career_end',
    } -%}
    {%- for level in retention_levels() -%}
        {%- do measures.update({
            'finished_' ~ level ~ '_n': 'finish_' ~ level ~ ' = 2',
            'unknown_' ~ level ~ '_n': 'finish_' ~ level ~ ' = 1',
            'exits_' ~ level ~ '_n': 'is_read and exit_' ~ level ~ ' = 2',
            'exits_unknown_' ~ level ~ '_n': 'is_read and exit_' ~ level ~ ' = 1',
        }) -%}
    {%- endfor -%}
    {{ return(measures) }}
{%- endmacro %}

{#- One row for each level, with the counts of the level under one name. -#}
{% macro staff_level_rows(relation, columns, names) -%}
    {%- for level in retention_levels() %}
    select
        {{ columns | join(', ') }},
        '{{ level }}' as level,
        {% for name in names %}{{ name }}_{{ level }}_n as {{ name }}_n{{ ', ' if not loop.last }}{% endfor %}
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
