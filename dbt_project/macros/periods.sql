{#-
    Periods of a fact, and what of it is known by the as-of date.

    A day lies in a term of its school year, and the seed `school_terms` says where each term begins: so the periods of a day
    are a join, `join_term`, and `periods` names them. Month is in term, term in semester, semester in school year.

    Two cuts of the as-of date: what starts later is absent (`is_known`), an end that lies later is open (`known_on`).
    What is planned (a day it is due) is not cut: a plan is known before its day comes.
-#}

{#- 2026-03 of a day. -#}
{% macro month_of(day) -%}
    substr(cast({{ day }} as {{ dbt.type_string() }}), 1, 7)
{%- endmacro %}

{#- First day of 2026-03. -#}
{% macro first_of_month(month) -%}
    case when {{ month }} is not null then cast(concat({{ month }}, '-01') as date) end
{%- endmacro %}

{#- Joins the term that holds a day; `relation` is the dimension, or what it is made of. -#}
{% macro join_term(day, term='t', relation='dim_school_term') -%}
    left join {{ ref(relation) }} as {{ term }}
    on {{ school_year_of(day) }} = {{ term }}.start_year and {{ day }} between {{ term }}.starts_on and {{ term }}.ends_on
{%- endmacro %}

{#- Number of the quarter of a term, one more than that of the quarter before. -#}
{% macro quarter_no(term='t') %}cast({{ term }}.start_year * 4 + {{ term }}.term as int){% endmacro %}

{#- Columns school_year, semester, quarter and month of a day whose term is joined. -#}
{% macro periods(day, term='t') -%}
    {{ term }}.school_year,
    {{ term }}.semester,
    {{ term }}.quarter,
    {{ month_of(day) }} as month
{%- endmacro %}

{#- Whether a day, or what bears no day, is known by the as-of date. -#}
{% macro is_known(day) -%}
    coalesce({{ day }} <= {{ as_of() }}, true)
{%- endmacro %}

{#- A day that ends something: absent while it lies after the as-of date. -#}
{% macro known_on(day) -%}
    case when {{ day }} <= {{ as_of() }} then {{ day }} end
{%- endmacro %}

{#- The same of a moment, by its day. -#}
{% macro known_at(moment) -%}
    case when {{ local_day(moment) }} <= {{ as_of() }} then {{ moment }} end
{%- endmacro %}

{#- Day in Almaty of a moment that is kept in UTC. The zone's own history holds: it was UTC+6 until March 2024. -#}
{% macro local_day(moment) %}{{ return(adapter.dispatch('local_day')(moment)) }}{% endmacro %}
{% macro default__local_day(moment) %}cast(timezone('Asia/Almaty', timezone('UTC', {{ moment }})) as date){% endmacro %}
{% macro spark__local_day(moment) %}to_date(from_utc_timestamp({{ moment }}, 'Asia/Almaty')){% endmacro %}

{#- Hours from one moment to a later one. -#}
{% macro hours_between(from_at, to_at) -%}
    cast(cast({{ seconds_of(to_at) }} - {{ seconds_of(from_at) }} as decimal(18, 4)) / 3600 as decimal(18, 4))
{%- endmacro %}

{% macro seconds_of(moment) %}{{ return(adapter.dispatch('seconds_of')(moment)) }}{% endmacro %}
{% macro default__seconds_of(moment) %}cast(floor(epoch({{ moment }})) as bigint){% endmacro %}
{% macro spark__seconds_of(moment) %}unix_timestamp({{ moment }}){% endmacro %}

{#- First day of 2025/26. -#}
{% macro school_year_start(school_year) -%}
    cast(concat(substr({{ school_year }}, 1, 4), '-09-01') as date)
{%- endmacro %}

{#- Periods of these kinds that terms with last_school_on make up, each with its days. -#}
{% macro periods_of_terms(relation, kinds) -%}
    {%- for kind in kinds %}
    select
        '{{ kind }}' as period_kind,
        {{ kind }} as period,
        max(school_year) as school_year,
        min(starts_on) as starts_on,
        max(ends_on) as ends_on,
        case when max(ends_on) > max(last_school_on) then max(last_school_on) else max(ends_on) end as counted_on
    from {{ relation }}
    group by {{ kind }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
