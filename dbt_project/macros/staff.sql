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

{#- The same counts by institution, which is no segment: who teaches at two is counted at each. -#}
{% macro staff_of_institutions() -%}
select
    s.institution_id,
    y.start_year,
    {{ school_year_label('y.start_year') }} as school_year,
    {%- for name, condition in staff_measures().items() %}
    cast(count(case when {{ condition }} then 1 end) as bigint) as {{ name }},
    {%- endfor %}
    cast(sum(y.month_starts_n) as bigint) as month_starts_n
from {{ ref('int_staff_year') }} as y
inner join {{ ref('int_staff_spell') }} as s on y.stretch_no = s.stretch_no
group by s.institution_id, y.start_year
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

{#-
    Who of those in post on 1 September finished the school year, by level, of a relation like int_staff_count. A year is told once the
    tolerance after its last school day is over.
-#}
{% macro staff_finish(relation, keys) -%}
    (
        select
            *,
            cast(finished_n as double) / base_n as finish_share,
            case
                when not is_observed then 'not_yet_observed'
                when base_n is null and unknown_n > 0 then 'not_collected'
                when coalesce(base_n, 0) < {{ minimum_n('index') }} then 'too_few'
                else 'ok'
            end as status
        from (
            select
                {{ keys | join(', ') }},
                school_year,
                level,
                in_post_n,
                is_observed,
                case when is_observed then finished_n end as finished_n,
                case when is_observed then unknown_n end as unknown_n,
                case when is_observed then removed_n end as removed_n,
                case when is_observed and in_post_n > removed_n + unknown_n then in_post_n - removed_n - unknown_n end as base_n
            from (
                select
                    *,
                    {{ last_school_day('start_year') }} <= {{ add_days(as_of(), - var('gap_tolerance_days')) }} as is_observed
                from ({{ staff_level_rows(
                    relation, keys + ['start_year', 'school_year', 'in_post_n', 'removed_n'], ['finished', 'unknown']
                ) }}) as levelled
                where in_post_n > 0
            ) as observed
        ) as based
    )
{%- endmacro %}

{#- Exits of a school year over the mean headcount, by level, of a relation like int_staff_count. -#}
{% macro staff_turnover(relation, keys) -%}
    (
        select
            *,
            cast(exits_n * 12 as double) / month_starts_n as turnover_value,
            cast((exits_n + unknown_n) * 12 as double) / month_starts_n as bound_high_value,
            case
                when not is_observed then 'not_yet_observed'
                when month_starts_n is null and unread_n > 0 then 'not_collected'
                when coalesce(month_starts_n, 0) < 12 * {{ minimum_n('index') }} then 'too_few'
                else 'ok'
            end as status
        from (
            select
                {{ keys | join(', ') }},
                school_year,
                level,
                is_observed,
                case when is_observed then cast(month_starts_n as double) / 12 end as headcount_value,
                case when is_observed then exits_n end as exits_n,
                case when is_observed then exits_unknown_n end as unknown_n,
                case when is_observed then exits_removed_n end as removed_n,
                case when is_observed then unread_n end as unread_n,
                case when is_observed and month_starts_n > 0 then month_starts_n end as month_starts_n
            from (
                select
                    *,
                    {{ add_days(add_months(school_year_start('school_year'), 12), -1) }}
                    < {{ add_days(as_of(), - var('gap_tolerance_days')) }} as is_observed
                from ({{ staff_level_rows(
                    relation, keys + ['start_year', 'school_year', 'unread_n', 'exits_removed_n', 'month_starts_n'],
                    ['exits', 'exits_unknown']
                ) }}) as levelled
            ) as observed
        ) as counted
    )
{%- endmacro %}
