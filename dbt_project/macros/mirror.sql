{#- The page of a school. -#}

{#- People behind rows of mentors and whom they guide, for each kind of period. -#}
{% macro mentoring_people(relations) -%}
    {%- for relation in relations %}
    {%- set last_relation = loop.last %}
    {%- for kind in kinds_from('month') %}
    select
        indicator,
        institution_id,
        '{{ kind }}' as period_kind,
        {{ kind }} as period,
        least(count(distinct mentor_id), count(distinct mentee_id)) as people_n
    from {{ relation }}
    group by indicator, institution_id, {{ kind }}
    {{ 'union all' if not (loop.last and last_relation) }}
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}

{#-
    How a figure stands beside what it is compared with, better_sign telling which way is better. Beside others it is better or worse where its
    95 % interval leaves them out; of a figure without one nobody can say.
-#}
{% macro mirror_standing(figure, beside) -%}
    {%- set ahead = '(' ~ figure ~ '.value - ' ~ beside ~ '.value) * ' ~ figure ~ '.better_sign' -%}
    case
        when {{ figure }}.value is null or {{ beside }}.value is null or {{ figure }}.better_sign = 0 then 'none'
        when {{ beside }}.comparison = 'previous_period' then {{ figure }}.trend
        when {{ beside }}.comparison = 'target' then case when {{ ahead }} >= 0 then 'met' else 'short' end
        when {{ beside }}.comparison = 'path' then case when {{ ahead }} >= 0 then 'on_course' else 'behind' end
        when {{ beside }}.comparison in ('cluster', 'similar_schools') and {{ figure }}.ci_low is null then 'none'
        when
            {{ beside }}.comparison in ('cluster', 'similar_schools')
            and {{ beside }}.value between {{ figure }}.ci_low and {{ figure }}.ci_high
            then 'same'
        when {{ ahead }} > 0 then 'better'
        when {{ ahead }} < 0 then 'worse'
        else 'same'
    end
{%- endmacro %}

{#- Baseline, target and the straight way between them, of a relation with goals and the day on which the figure stands. -#}
{% macro mirror_goals(relation) -%}
    {%- set way = 'cast(' ~ days_between('baseline_on', 'ends_on') ~ ' as double) / ' ~ days_between('baseline_on', 'target_on') -%}
    {%- set goals = {
        'target': ('target_value', 'target_on'),
        'baseline': ('baseline_value', 'baseline_on'),
        'path': (
            'case when target_on > baseline_on then baseline_value + (target_value - baseline_value) * least(1, greatest(0, ' ~ way ~ ')) end',
            'ends_on',
        ),
    } -%}
    {%- for comparison, (value, day) in goals.items() %}
    select
        institution_id,
        line_no,
        'all' as detail,
        '{{ comparison }}' as comparison,
        goal_of as comparison_id,
        cast(null as {{ dbt.type_string() }}) as period,
        cast({{ value }} as double) as value,
        cast(null as bigint) as n,
        {{ day }} as stands_on,
        case when {{ value }} is null then 'not_applicable' else 'ok' end as status
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Columns of a figure, where it is told and not hidden. -#}
{% macro mirror_shown(names) -%}
    {%- for name in names -%}
    case when status in ('ok', 'too_few') and not is_hidden then {{ name }} end as {{ name }}{{ ',
    ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- Columns that some rows of a union have and these have not. -#}
{% macro mirror_columns(types) -%}
    {%- for name, type in types.items() -%}
    cast(null as {{ dbt.type_string() if type == 'string' else type }}) as {{ name }}{{ ',
    ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
