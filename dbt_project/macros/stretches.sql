{#- Stretches of days: what is held without a gap longer than the tolerance. -#}

{#-
    CTEs `ordered`, `marked` and `bridged`: the rows of a relation with `is_first`, whether a stretch of those with the same keys
    begins with the row, and `spell_no`, the number of its stretch from 1. A row is held from `from_on` to held_through_on, and
    rows may overlap. Those of one day are of one stretch in any order, since all of them are summed (`range`); `ties` make the
    order complete where it matters which of them is the first.
-#}
{% macro bridged(relation, keys, from_on, ties=[]) -%}
    {%- set partition = 'partition by ' ~ keys | join(', ') -%}
ordered as (
    select
        *,
        max(held_through_on) over (
            {{ partition }}
            order by {{ ([from_on] + ties) | join(', ') }}
            rows between unbounded preceding and 1 preceding
        ) as held_before_on
    from {{ relation }}
),

marked as (
    select
        *,
        coalesce({{ days_between('held_before_on', from_on) }} - 1 > {{ var('gap_tolerance_days') }}, true) as is_first
    from ordered
),

bridged as (
    select
        *,
        cast(
            sum(case when is_first then 1 else 0 end) over (
                {{ partition }}
                order by {{ from_on }}
                range between unbounded preceding and current row
            ) as int
        ) as spell_no
    from marked
)
{%- endmacro %}

{#-
    Of a group, the least `value` among the rows in which `day` is latest, both of them days; absent values count only where there is
    no other. One number of both is compared, since finding the latest day first would mean to sort every row once more.
-#}
{% macro least_on_last_day(day, value) -%}
    {%- set origin = "cast('1900-01-01' as date)" -%}
    {%- set never = 999999 -%}
    {%- set days = "cast(" ~ days_between(origin, day) ~ " as bigint)" -%}
    {%- set both = "max(" ~ days ~ " * 1000000 + " ~ never ~ " - coalesce(" ~ days_between(origin, value) ~ ", " ~ never ~ "))" -%}
    {{ add_days(origin, "nullif(" ~ never ~ " - " ~ both ~ " % 1000000, " ~ never ~ ")") }}
{%- endmacro %}

{#- Rows for each level, from the day each counts at it; `from_on` names its column by level. -#}
{% macro level_days(relation, from_on, columns) -%}
    {%- for level in retention_levels() %}
    select
        '{{ level }}' as level,
        {{ from_on[level] }} as from_on,
        {{ columns | join(', ') }}
    from {{ relation }}
    where {{ from_on[level] }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
