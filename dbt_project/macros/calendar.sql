{#- Days and months, where engines differ. Months are clipped to the last day of the month: 29 February plus 12 months is 28 February. -#}

{% macro add_days(day, days) %}{{ return(adapter.dispatch('add_days')(day, days)) }}{% endmacro %}
{% macro default__add_days(day, days) %}cast({{ day }} + cast({{ days }} as int) as date){% endmacro %}
{% macro spark__add_days(day, days) %}date_add({{ day }}, cast({{ days }} as int)){% endmacro %}

{% macro add_months(day, months) %}{{ return(adapter.dispatch('add_months')(day, months)) }}{% endmacro %}
{% macro default__add_months(day, months) %}cast({{ day }} + to_months(cast({{ months }} as int)) as date){% endmacro %}
{% macro spark__add_months(day, months) %}add_months({{ day }}, cast({{ months }} as int)){% endmacro %}

{#- Days from one day to a later one, 0 for the same day. -#}
{% macro days_between(from_on, to_on) %}{{ return(adapter.dispatch('days_between')(from_on, to_on)) }}{% endmacro %}
{% macro default__days_between(from_on, to_on) %}({{ to_on }} - {{ from_on }}){% endmacro %}
{% macro spark__days_between(from_on, to_on) %}datediff({{ to_on }}, {{ from_on }}){% endmacro %}

{#- Calendar months from one day's month to another's. -#}
{% macro month_steps(from_on, to_on) -%}
    ((year({{ to_on }}) - year({{ from_on }})) * 12 + month({{ to_on }}) - month({{ from_on }}))
{%- endmacro %}

{#- Largest j with from_on + j months <= to_on; negative when to_on is earlier. -#}
{% macro whole_months(from_on, to_on) -%}
    cast(
        {{ month_steps(from_on, to_on) }}
        - case when {{ add_months(from_on, month_steps(from_on, to_on)) }} > {{ to_on }} then 1 else 0 end
    as int)
{%- endmacro %}

{#- Smallest j with to_on <= from_on + j months. -#}
{% macro months_up(from_on, to_on) -%}
    cast(
        {{ month_steps(from_on, to_on) }}
        + case when {{ add_months(from_on, month_steps(from_on, to_on)) }} < {{ to_on }} then 1 else 0 end
    as int)
{%- endmacro %}

{% macro month_start(day) %}cast(date_trunc('month', {{ day }}) as date){% endmacro %}

{#- The Monday of a day's week. -#}
{% macro week_start(day) %}cast(date_trunc('week', {{ day }}) as date){% endmacro %}

{#- School years run from 1 September: the calendar year in which the school year of a day begins. -#}
{% macro school_year_of(day) -%}
    cast(year({{ day }}) - case when month({{ day }}) < 9 then 1 else 0 end as int)
{%- endmacro %}

{#- Who starts from `next_cohort_from` on, late in the summer, is hired for the school year that begins next. -#}
{% macro cohort_of(day) -%}
    {%- set month, day_of_month = var('next_cohort_from').split('-') -%}
    cast(
        {{ school_year_of(day) }}
        + case
            when
                month({{ day }}) < 9
                and month({{ day }}) * 100 + day({{ day }}) >= {{ month | int * 100 + day_of_month | int }} then 1
            else 0
        end
    as int)
{%- endmacro %}

{#- 2025 becomes 2025/26. -#}
{% macro school_year_label(start_year) -%}
    concat(
        cast({{ start_year }} as {{ dbt.type_string() }}), '/',
        substr(cast({{ start_year }} + 1 as {{ dbt.type_string() }}), 3, 2)
    )
{%- endmacro %}

{#- The whole numbers 0 .. 10^digits - 1 as column `number`: a spine that needs no engine's own generator. -#}
{% macro numbers(digits) -%}
    select cast({% for place in range(digits) %}d{{ place }}.digit * {{ 10 ** place }}{{ ' + ' if not loop.last }}{% endfor %} as int) as number
    from
    {% for place in range(digits) -%}
        {{ 'cross join ' if not loop.first }}({% for digit in range(10) %}select {{ digit }} as digit{{ ' union all ' if not loop.last }}{% endfor %}) as d{{ place }}
    {% endfor %}
{%- endmacro %}

{#- Whether a day of the year, as 03-19, lies in school holidays; those of the winter run over the turn of the year. -#}
{% macro in_holidays(day) -%}
    {%- for first, last in var('school_holidays') -%}
        {{ 'or ' if not loop.first }}({{ day }} >= '{{ first }}' {{ 'and' if first <= last else 'or' }} {{ day }} <= '{{ last }}')
    {%- endfor -%}
{%- endmacro %}
