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

{% macro goes_on(from_on) -%}
    {{ any_row(
        from_on ~ ' <= ' ~ add_days('held_through_on', var('gap_tolerance_days') + 1) ~ ' and other_held_through_on > held_through_on'
    ) }}
{%- endmacro %}

{#- On the last school day at work, or between the stretch and the next within the tolerance. -#}
{% macro is_there(from_on) -%}
    {{ any_row(
        from_on ~ ' <= greatest(finish_on, ' ~ add_days('held_through_on', var('gap_tolerance_days') + 1) ~ ') and other_held_through_on >= finish_on'
    ) }}
{%- endmacro %}

{#- 0 gone, 1 unknown, 2 still there, 3 retired or died; null of who was not there on the first day. -#}
{% macro finish_code(level) -%}
    cast(case
        when not is_in_post then null
        when is_removed then 3
        when is_seen and is_there_{{ level }} then 2
        when is_seen then {{ '0' if level == 'workplace' else 'case when is_local then 1 else 0 end' }}
        when is_there_{{ level }} or not is_ended or finish_on > window_end_on then 1
        else {{ '0' if level == 'workplace' else 'case when is_local or is_lost then 1 else 0 end' }}
    end as int)
{%- endmacro %}

{#- 0 stays at the level, 1 unknown, 2 leaves it in the school year. -#}
{% macro exit_code(level) -%}
    cast(case
        when not is_exit or goes_on_{{ level }} then 0
        else {{ '2' if level == 'workplace' else 'case when is_local or is_lost then 1 else 2 end' }}
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
